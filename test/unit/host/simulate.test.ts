// A simulation in the editor on a file with broken rows: what is asked, and what follows from the
// answer.
import { beforeEach, expect, test, vi } from 'vitest'
import { changeSimulation } from '../../../src/host/commands/simulate'
import type { CommandServices } from '../../../src/host/commands/command'
import type { SimulationView } from '../../../src/shared/simulationView'
import { SimulationSession } from '../../../src/simulation/session'
import { bundled } from '../../support/bundled'
import { temporaryFolder } from '../../support/command'
import { CurationFolder } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'

const JUDGED = Array.from({ length: 9 }, (_, place) => ({
  prompt: `Question ${place}`,
  responses: ['short', 'longer one', 'the longest of all'].map((text, score) => ({
    text: `${text} ${place}`,
    score,
  })),
}))
const BROKEN = { prompt: 'Question', responses: ['unjudged', 'as well'] }

const { showWarningMessage, askInSequence } = vi.hoisted(() => ({
  showWarningMessage:
    vi.fn<(message: string, options: { detail: string }, button: string) => Promise<unknown>>(),
  askInSequence: vi.fn<() => Promise<string>>(),
}))
vi.mock('vscode', () => ({ window: { showWarningMessage }, workspace: { isTrusted: true } }))
vi.mock('../../../src/host/questions/sequence', () => ({ askInSequence }))
vi.mock('../../../src/host/questions/rowFile', () => ({}))
vi.mock('../../../src/host/commands/open', () => ({}))

const script = bundled('src/simulation/worker.ts')

beforeEach(() => vi.clearAllMocks())

async function simulated(...rows: object[]): Promise<SimulationView | null> {
  const folder = new CurationFolder(['one'], { sampling: { n: 3 } })
  const means = { engine: new FakeEngine(), simulation: { cache: temporaryFolder(), script } }
  const simulation = new SimulationSession(means, () => undefined)
  const document = { simulation, open: () => folder.open() }
  const curations = { pick: () => Promise.resolve(document) }
  const services = { curations } as unknown as CommandServices
  askInSequence.mockResolvedValue(folder.writeRows('judged.jsonl', rows))
  const small = { rules: ['aepo'], budgets: [4], n: 3, splits: 2 }
  for (const action of [
    { do: 'open' },
    { do: 'chooseFile' },
    { do: 'change', change: small },
    { do: 'run' },
  ] as const)
    await changeSimulation(action)(services, undefined)
  return simulation.view()
}

test('lists the broken rows and simulates with the others when the user says so', async () => {
  showWarningMessage.mockImplementation((_, __, button) => Promise.resolve(button))
  const view = await simulated(...JUDGED, BROKEN)
  const [, { detail }, button] = showWarningMessage.mock.calls[0] ?? expect.unreachable()
  expect(detail).toBe(
    '1 of 10 rows is not a judged response:\n  line 10: no response has a score, a vote or a review',
  )
  expect(button).toBe('Simulate with the Other 9 Rows')
  expect(view).toMatchObject({
    failure: null,
    result: { source: 'judged.jsonl', report: { pool: { prompts: 9, responses: 27 } } },
  })
})

test('simulates nothing when the user declines, and fails as without the question', async () => {
  showWarningMessage.mockResolvedValue(undefined)
  expect(await simulated(...JUDGED, BROKEN)).toMatchObject({
    failure: { message: expect.stringContaining('1 of 10 rows') as string },
    result: null,
  })
})

test('asks nothing where no other row is left', async () => {
  expect(await simulated(BROKEN)).toMatchObject({ failure: { code: 'bad-input' }, result: null })
  expect(showWarningMessage).not.toHaveBeenCalled()
})
