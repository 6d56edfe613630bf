// Import Candidates… of a file with broken rows: what is asked, and what follows from the answer.
import { beforeEach, expect, test, vi } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import type { CommandServices } from '../../../src/host/commands/command'
import { importCandidatesCommand } from '../../../src/host/commands/importCandidates'
import { CurationFolder } from '../curation/support/curationFolder'

const GOOD = { prompt: 'one', responses: ['Yes.', 'No.'] }
const BROKEN = { prompt: 'one', responses: [7] }

const { window, askInSequence } = vi.hoisted(() => ({
  window: {
    showWarningMessage:
      vi.fn<(message: string, options: { detail: string }, button: string) => Promise<unknown>>(),
    showInformationMessage: vi.fn<(message: string) => void>(),
  },
  askInSequence: vi.fn<() => Promise<string>>(),
}))
vi.mock('vscode', () => ({ window, workspace: { isTrusted: true } }))
vi.mock('../../../src/host/questions/sequence', () => ({ askInSequence }))
vi.mock('../../../src/host/questions/rowFile', () => ({}))
vi.mock('../../../src/host/commands/generate', () => ({}))

let folder: CurationFolder
let curation: Curation

beforeEach(async () => {
  vi.clearAllMocks()
  folder = new CurationFolder(['one'], { sampling: { n: 2 } })
  curation = await folder.open()
})

async function run(...rows: object[]): Promise<void> {
  askInSequence.mockResolvedValue(folder.writeRows('c.jsonl', rows))
  const curations = { pick: () => Promise.resolve({ open: () => Promise.resolve(curation) }) }
  await importCandidatesCommand({ curations } as unknown as CommandServices, undefined)
}

test('lists the broken rows and imports the others when the user says so', async () => {
  window.showWarningMessage.mockImplementation((_, __, button) => Promise.resolve(button))
  await run(GOOD, BROKEN, GOOD)
  const [, { detail }, button] = window.showWarningMessage.mock.calls[0] ?? expect.unreachable()
  expect(detail).toMatch(
    /^1 of 3 rows is not a prompt with responses:\n {2}line 2: responses\[0\] is the number 7/,
  )
  expect(button).toBe('Import the Other 2 Rows')
  expect(window.showInformationMessage.mock.calls[0]?.[0]).toMatch(/^2 candidates imported\./)
})

test('imports nothing when the user declines, and fails as without the question', async () => {
  window.showWarningMessage.mockResolvedValue(undefined)
  await expect(run(GOOD, BROKEN)).rejects.toThrow(/1 of 2 rows .*nothing was imported/s)
  expect(window.showInformationMessage).not.toHaveBeenCalled()
  expect(curation.store.candidates.size).toBe(0)
})

test('asks nothing where no other row is left', async () => {
  await expect(run(BROKEN)).rejects.toThrow('1 of 1 row')
  expect(window.showWarningMessage).not.toHaveBeenCalled()
})
