// A full disk and a read-only workspace in a real VS Code: nothing is shown as saved that is not,
// and the same decision is saved once it can be.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import {
  READ_ONLY,
  hasNamespaces,
  inNamespace,
  makeWritable,
  seenBy,
  smallDisk,
} from '../support/namespaces'
import type { CurationOnDisk } from './support/curationOnDisk'
import { labelledCuration } from './support/labelledCuration'
import { Labelling } from './support/labelling'
import { useVSCode } from './support/useVSCode'
import type { Workbench } from './support/workbench'

const WORK = { prompts: ['Name a bird.', 'Name a tree.'], annotator: 'tester', annotated: 0 }
const WORKSPACE = 'disk'

function onDisk(mount: string): (folder: string) => string[] {
  return (folder) => {
    mkdirSync(join(folder, WORKSPACE))
    return inNamespace(mount, join(folder, WORKSPACE))
  }
}

/** Decides, sees that it was not saved and why, repairs, tries again, and finds it on disk. */
async function decideTwice(
  workbench: Workbench,
  curation: CurationOnDisk,
  {
    cause,
    where,
    remedy,
    name,
    repair,
  }: { cause: string; where: RegExp; remedy: string; name: string; repair: () => void },
): Promise<void> {
  const editor = workbench.curation()
  const labelling = new Labelling(editor)
  await workbench.openFile('birds.aepo.json')
  await labelling.isShown(1)
  const { place } = await labelling.choose('2 Prefer')
  const notice = editor.getByRole('alert')
  await notice.getByText(`The label was not saved. ${cause}`).waitFor()
  await notice.getByText(where).waitFor()
  await notice.getByText(remedy).waitFor()
  await workbench.picture(name)
  expect(await labelling.place()).toBe(place)
  expect(await labelling.status()).not.toContain('Saved')
  await labelling.waitForCounts({ annotated: 0, pairs: 0 })

  repair()
  await notice.getByRole('button', { name: 'Try Again' }).click()
  await labelling.isSaved('2 Prefer', place)
  await labelling.waitForCounts({ annotated: 1, pairs: 1 })
  expect(await notice.count()).toBe(0)
  expect(curation.annotations(WORK.annotator).map(({ kind }) => kind)).toEqual(['annotation'])
}

describe.runIf(hasNamespaces)('a full disk', () => {
  const vscodeTest = useVSCode({
    settings: { 'aepo.annotator': WORK.annotator },
    before: onDisk(smallDisk('200k')),
  })

  vscodeTest(
    'a decision that does not fit is not shown as saved, and is saved once there is room',
    { folder: WORKSPACE },
    async (workbench, vscode) => {
      const folder = seenBy(vscode.pid, workbench.workspace)
      const curation = await labelledCuration(folder, 'birds', WORK)
      const spare = join(folder, 'spare')
      fill(spare)
      await decideTwice(workbench, curation, {
        cause: 'The disk is full.',
        where: /^birds\.aepo\/annotations/,
        remedy: 'what was written is kept',
        name: 'disk-full',
        repair: () => rmSync(spare),
      })
    },
  )
})

describe.runIf(hasNamespaces)('a read-only workspace', () => {
  const vscodeTest = useVSCode({
    settings: { 'aepo.annotator': WORK.annotator },
    before: onDisk(READ_ONLY),
  })

  vscodeTest(
    'is read, refuses a decision by the name of the file, and takes it once it may be written to',
    { folder: WORKSPACE },
    async (workbench, vscode) => {
      const curation = await labelledCuration(workbench.workspace, 'birds', WORK)
      expect(existsSync(join(workbench.workspace, 'birds.aepo'))).toBe(true)
      await decideTwice(workbench, curation, {
        cause: 'No permission to read or write.',
        where: /^birds\.aepo$/,
        remedy: 'Change the permissions',
        name: 'read-only',
        repair: () => makeWritable(vscode.pid, workbench.workspace),
      })
    },
  )
})

/** Takes what room is left. */
function fill(file: string): void {
  for (let size = 1 << 16; size > 0; size >>= 1) {
    for (;;) {
      try {
        writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        break
      }
    }
  }
}
