// The demo of `npm start -- --demo`: real generations on the sample's prompts become a DPO data
// set.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CurationOnDisk } from '../vscode/support/curationOnDisk'

const DEMO = join(import.meta.dirname, '../../scripts/lib/demo.mjs')
const PROMPTS = 2

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aepo-demo-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function runDemo(): Promise<string> {
  const script = `import { demo } from ${JSON.stringify(DEMO)}; await demo({ out: ${JSON.stringify(folder)}, limit: ${PROMPTS} })`
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]))
    .stdout
}

test(
  'writes what it says, and goes on from there when it is run again',
  { timeout: 300_000 },
  async () => {
    const said = await runDemo()
    const curation = new CurationOnDisk(join(folder, 'helpful.aepo.json'))
    const { candidates } = curation.candidates()
    const rows = curation.rows()
    expect(candidates).toHaveLength(PROMPTS * curation.settings().sampling.n)
    expect(curation.annotations('demo')).toHaveLength(PROMPTS)
    expect(rows).toHaveLength(PROMPTS)
    for (const { chosen, rejected } of rows)
      expect(chosen[0]?.content.length).toBeGreaterThan(rejected[0]?.content.length ?? 0)
    expect(said).toContain('no judgement of quality')
    expect(said).toContain(`${join(folder, 'helpful.dpo.jsonl')}: ${PROMPTS} lines`)

    await runDemo()
    const { candidates: later } = curation.candidates()
    expect(later).toHaveLength(2 * candidates.length)
    expect(later.slice(0, candidates.length)).toEqual(candidates)
    expect(curation.annotations('demo')).toHaveLength(2 * PROMPTS)
    expect(curation.rows().slice(0, PROMPTS)).toEqual(rows)
  },
)
