// A full disk and a read-only folder, caused for real: the command line says which file and what to
// do, and goes on once it can.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../src/shared/domain'
import {
  aepoJson,
  initCuration,
  type Outcome,
  ROOT,
  temporaryFolder,
  TINY,
} from '../support/command'
import { READ_ONLY, hasNamespaces, inNamespace, smallDisk } from '../support/namespaces'

const PROMPTS = 30
const N = 8

async function curation(cwd: string): Promise<void> {
  const prompts = Array.from({ length: PROMPTS }, (_, i) => `Say ${i}.`)
  await initCuration(cwd, 'c.aepo.json', prompts, { n: N, 'max-new-tokens': 12, ...TINY })
}

/** Runs a shell script in the folder after the mount; its variable $AEPO is the command line. */
function inMount(
  mount: string,
  folder: string,
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const [program, ...words] = [
    ...inNamespace(mount, folder),
    'sh',
    '-c',
    `cd "$0" && ${script}`,
    folder,
  ]
  const cli = `${process.execPath} ${path.join(ROOT, 'dist/cli.js')}`
  return new Promise((resolve) =>
    execFile(
      program,
      words,
      { env: { ...process.env, ...env, AEPO: cli } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    ),
  )
}

/**
 * The whole candidates of a journal; a line that the full disk cut off is passed over, as it is by
 * every reader.
 */
function candidatesIn(file: string): Candidate[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const record = JSON.parse(line) as Candidate | { kind: string }
        return 'text' in record ? [record] : []
      } catch {
        return []
      }
    })
}

const textsById = (candidates: Candidate[]): Map<string, string> =>
  new Map(candidates.map(({ id, text }) => [id, text]))

describe.runIf(hasNamespaces)('a full disk', () => {
  it('ends generation with the file and what to do; what was written is kept, and the rest follows once there is room', async () => {
    const [source, disk, kept] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
    await curation(source)
    const script = `cp "$SOURCE"/* . && head -c 128000 /dev/zero > spare
      $AEPO generate c.aepo.json 2> "$KEPT/errors"; echo $? > "$KEPT/code"
      cp -r c.aepo "$KEPT/before"; rm spare
      $AEPO generate c.aepo.json --json > "$KEPT/result" && cp -r c.aepo "$KEPT/after"`
    const { code, stderr } = await inMount(smallDisk('160k'), disk, script, {
      SOURCE: source,
      KEPT: kept,
    })
    expect(code, stderr).toBe(0)

    const errors = readFileSync(path.join(kept, 'errors'), 'utf8')
    expect(readFileSync(path.join(kept, 'code'), 'utf8').trim()).toBe('1')
    expect(errors).toContain(`aepo: ${path.join(disk, 'c.aepo/candidates.jsonl')}: `)
    expect(errors).toMatch(/The disk is full\.|Only a part could be written\./)
    expect(errors).toContain('Free some space and start again; what was written is kept.')
    const before = candidatesIn(path.join(kept, 'before/candidates.jsonl'))
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(PROMPTS * N)

    const after = candidatesIn(path.join(kept, 'after/candidates.jsonl'))
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after).toHaveLength(PROMPTS * N)
    expect(JSON.parse(readFileSync(path.join(kept, 'result'), 'utf8'))).toMatchObject({
      generated: PROMPTS * N - before.length,
    })
    await aepoJson(['generate', 'c.aepo.json'], { cwd: source })
    expect(textsById(after)).toEqual(
      textsById(candidatesIn(path.join(source, 'c.aepo/candidates.jsonl'))),
    )
  })
})

describe.runIf(hasNamespaces)('a full disk under a training run', () => {
  it('refuses its start with the file and what to do, and leaves nothing', async () => {
    const [source, disk] = [temporaryFolder(), temporaryFolder()]
    const rows = [0, 1].map((index) => ({
      prompt: `Say ${index}.`,
      responses: [{ text: 'A longer response.' }, { text: `No ${index}.` }],
    }))
    await initCuration(source, 'c.aepo.json', ['Say 0.', 'Say 1.'], { n: 2 })
    writeFileSync(path.join(source, 'c.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
    await aepoJson(['import', 'c.aepo.json', '--candidates', 'c.jsonl'], { cwd: source })
    await aepoJson(['select', 'c.aepo.json'], { cwd: source })
    const rule = ['--rule', 'longest', '--annotator', 'me']
    await aepoJson(['annotate', 'c.aepo.json', ...rule], { cwd: source })
    await aepoJson(['export', 'c.aepo.json'], { cwd: source })
    const script = `cp -r "$SOURCE"/* . && (cat /dev/zero > spare; true) 2> /dev/null
      $AEPO train c.aepo.json --model org/name --python /bin/true; echo $?; ls c.aepo/runs`
    const { stdout, stderr } = await inMount(smallDisk('160k'), disk, script, { SOURCE: source })
    expect(stderr).toMatch(
      new RegExp(`^aepo: ${disk}/c\\.aepo/runs/.*-dpo/data\\.jsonl: The disk is full\\. Free some`),
    )
    expect(stdout).toBe('1\n')
  })
})

describe.runIf(hasNamespaces)('a folder that may not be written to', () => {
  it.each([
    ['init', 'init closed/d.aepo.json --prompts closed/prompts.jsonl', 'd.aepo.json'],
    ['generate', 'generate closed/c.aepo.json', 'c.aepo'],
    ['export', 'export closed/c.aepo.json', 'c.dpo.jsonl'],
    ['export to a file there', 'export c.aepo.json --out closed/x.jsonl', 'x.jsonl'],
  ])('%s names the file and what to do', async (_what, call, named) => {
    const folder = temporaryFolder()
    const closed = path.join(folder, 'closed')
    await curation(folder)
    mkdirSync(closed)
    for (const name of ['prompts.jsonl', 'c.aepo.json'])
      cpSync(path.join(folder, name), path.join(closed, name))
    const { code, stdout, stderr } = await inMount(READ_ONLY, closed, `cd .. && $AEPO ${call}`, {})
    expect(stderr).toBe(
      `aepo: ${path.join(closed, named)}: No permission to read or write. Change the permissions or choose another folder.\n`,
    )
    expect(code).toBe(1)
    expect(stdout).toBe('')
  })

  it('is no obstacle to an export to another one', async () => {
    const folder = temporaryFolder()
    const closed = path.join(folder, 'closed')
    mkdirSync(closed)
    await curation(closed)
    const outcome = await inMount(
      READ_ONLY,
      closed,
      '$AEPO export c.aepo.json --out ../x.jsonl',
      {},
    )
    expect(outcome).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `0 rows written to ${path.join(folder, 'x.jsonl')}.\n`,
    })
    expect(readFileSync(path.join(folder, 'x.jsonl'), 'utf8')).toBe('')
  })
})
