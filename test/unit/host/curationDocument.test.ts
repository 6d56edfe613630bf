// A curation file as VS Code works on it, without VS Code: opened, broken, mended, generated for.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CurationDocument } from '../../../src/host/curationDocument'
import type { DocumentServices } from '../../../src/host/documentServices'
import { FakeEngine } from '../curation/support/fakeEngine'
import { decide, openTask } from '../curation/support/labelling'
import { documentServices } from './support/documentServices'

const SETTINGS = { version: 1, prompts: 'prompts.jsonl', sampling: { n: 4 } }
let folder: string
let document: CurationDocument
/** What the document has asked to be told of: called as VS Code would. */
let watched: { folder: string; onChange: (file: string) => void }[] = []

const file = (name = 'a.aepo.json'): string => path.join(folder, name)

/** Writes a file and tells whoever watches its folder. */
function write(name: string, text: string): void {
  writeFileSync(file(name), text)
  for (const { onChange } of watched.filter((one) => one.folder === folder)) onChange(file(name))
}

/** Tells that the data folder came or went: VS Code says nothing of the files in it then. */
function tellDataFolder(): void {
  for (const { onChange } of watched.filter((one) => one.folder === folder))
    onChange(file('a.aepo'))
}

/** Those of an open window: it watches files, and shows problems. */
function services(engine: FakeEngine): DocumentServices {
  const quiet = documentServices(folder, engine)
  return {
    ...quiet,
    window: {
      ...quiet.window,
      rowProblems: () => ({
        set: (where, findings) =>
          (problems = findings.map(({ line, message }) => [path.basename(where), line, message])),
        dispose: () => (problems = []),
      }),
      watch: (where, _pattern, onChange) => {
        const watcher = { folder: where, onChange }
        watched.push(watcher)
        return { dispose: () => (watched = watched.filter((one) => one !== watcher)) }
      },
    },
  }
}

let problems: (readonly [file: string, line: number, message: string])[] = []

beforeEach(() => {
  problems = []
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-document-'))
  watched = []
  writeFileSync(file('prompts.jsonl'), '{"prompt":"one"}\n{"prompt":"two"}\n')
  writeFileSync(file(), JSON.stringify(SETTINGS))
  const uri = { fsPath: file(), path: file() } as unknown as CurationDocument['uri']
  document = new CurationDocument(uri, services(new FakeEngine()))
})
afterEach(() => document.dispose())

it('says nothing of a curation before it was read', async () => {
  expect(document.state()).toMatchObject({
    file: { name: 'a', phase: 'opening' },
    settings: null,
    counts: null,
    obstacle: null,
  })
  await document.open()
  expect(document.state()).toMatchObject({
    file: { phase: 'open' },
    settings: { annotator: 'ann', n: 4, output: 'a.dpo.jsonl' },
    counts: { prompts: 2, candidates: 0, candidatesWanted: 8 },
  })
})

it('keeps the last numbers while the file is broken, and nothing of the failure once it is mended', async () => {
  await document.open()
  const before = document.state()
  write('a.aepo.json', '{ "version": 1,')
  await expect.poll(() => document.state().file.phase).toBe('broken')
  const broken = document.state()
  expect(broken.obstacle).toMatchObject({
    failure: { code: 'bad-input', where: 'a.aepo.json' },
    isPast: false,
  })
  expect([broken.counts, broken.settings]).toEqual([before.counts, before.settings])
  write('a.aepo.json', JSON.stringify(SETTINGS))
  await expect.poll(() => document.state()).toEqual(before)
})

it('says which row of the prompts is broken, until it is corrected', async () => {
  writeFileSync(file('prompts.jsonl'), '{"prompt":"one"}\n{"prompt": \n')
  await document.open()
  expect(document.state()).toMatchObject({
    counts: { prompts: 1 },
    obstacle: {
      failure: { code: 'bad-input', where: 'prompts.jsonl', line: 2 },
      isPast: true,
    },
  })
  write('prompts.jsonl', '{"prompt":"one"}\n{"prompt":"two"}\n')
  await expect.poll(() => document.state().counts?.prompts).toBe(2)
  await expect.poll(() => document.state().obstacle).toBeNull()
})

it('lists in the Problems panel how rows were read and which were left out', async () => {
  writeFileSync(file('prompts.jsonl'), '{"id":1,"prompt":"one"}\n{"prompt": \n{"prompt":null}\n')
  await document.open()
  expect(problems).toEqual([
    ['prompts.jsonl', 1, expect.stringMatching(/JSON Lines\. Prompt: prompt\. Not read: id\./)],
    ['prompts.jsonl', 2, expect.stringMatching(/broken and is left out: column 12/)],
    ['prompts.jsonl', 3, 'This row holds no prompt and is left out: prompt is null.'],
  ])
  document.dispose()
  expect(problems).toEqual([])
})

it('a file that never could be read has no numbers', async () => {
  writeFileSync(file('prompts.jsonl'), 'not JSON\n')
  await expect(document.open()).rejects.toThrow()
  expect(document.state()).toMatchObject({
    file: { phase: 'broken' },
    settings: null,
    counts: null,
  })
})

it('generates and selects, telling its state and its tasks', async () => {
  await document.open()
  let states = 0
  let tasks = 0
  document.onStateChange(() => states++)
  document.onTasksChange(() => tasks++)
  await document.generate()
  expect(document.state()).toMatchObject({
    counts: { candidates: 8, selected: 2 },
    settings: { device: expect.any(String) as string },
    activity: null,
  })
  expect(document.isBusy).toBe(false)
  expect(states).toBeGreaterThan(0)
  expect(tasks).toBeGreaterThan(0)
})

it('goes on generating after its file changed meanwhile', async () => {
  await document.open()
  const generating = document.generate()
  const reloaded = document.reload()
  await Promise.all([generating, reloaded])
  await expect.poll(() => document.state().counts?.selected).toBe(2)
  await expect.poll(() => document.isBusy).toBe(false)
})

it('says of selecting again what it did', async () => {
  await document.open()
  await document.generate()
  expect(await document.select()).toEqual({ end: 'done', added: 0 })
  write('a.aepo.json', JSON.stringify({ ...SETTINGS, selection: { lambda: 1 } }))
  await expect.poll(() => document.state().earlierSelections?.settings).toEqual(['lambda'])
  const selecting = document.select()
  expect(await document.select()).toEqual({ end: 'busy', added: 0 })
  expect(await selecting).toEqual({ end: 'done', added: 2 })
})

it('says of selecting again that it was stopped', async () => {
  await document.open()
  await document.generate()
  const selecting = document.select()
  document.stop()
  expect(await selecting).toEqual({ end: 'stopped', added: 0 })
})

it('says that its data folder was deleted, keeps the data set, and goes on once it is restored', async () => {
  const output = file('a.dpo.jsonl')
  const curation = await document.open()
  await document.generate()
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  const before = document.state()
  const rows = readFileSync(output, 'utf8')
  renameSync(file('a.aepo'), file('trash'))
  tellDataFolder()
  await expect
    .poll(() => document.state().obstacle?.failure.message)
    .toBe('The data folder a.aepo does not exist, and the data set a.dpo.jsonl was made from it.')
  expect(document.state()).toMatchObject({
    file: { lost: { startsAnew: false } },
    counts: { candidates: 0, annotated: 0 },
  })
  await expect(document.generate()).rejects.toThrow('Restore the folder')
  await expect(curation.dataSet.write()).rejects.toThrow('Restore the folder')
  expect(readFileSync(output, 'utf8')).toBe(rows)
  renameSync(file('trash'), file('a.aepo'))
  document.showFailure(null)
  tellDataFolder()
  await expect.poll(() => document.state()).toEqual(before)
})

it('says that the data folder stayed behind when the file was renamed elsewhere', async () => {
  mkdirSync(file('b.aepo'))
  await document.open()
  expect(document.state().obstacle?.failure).toMatchObject({
    message: 'The data folder a.aepo does not exist.',
    remedy:
      'If the curation file was renamed, rename its data folder as well: b.aepo has no curation file.',
  })
  await document.generate() // starts anew
  await expect.poll(() => document.state().obstacle).toBeNull()
})

it('a document that was closed opens no more', async () => {
  await document.open()
  document.close()
  await expect(document.open()).rejects.toThrow('The curation file was moved.')
})

it('shows another round until a further one is begun', async () => {
  const write2 = (...models: string[]): void =>
    write(
      'a.aepo.json',
      JSON.stringify({ ...SETTINGS, rounds: models.map((model) => ({ generator: { model } })) }),
    )
  await document.generate()
  write2('second')
  await expect.poll(() => document.state().rounds.length).toBe(2)
  expect(document.state()).toMatchObject({
    counts: { candidates: 0, selected: 0 },
    settings: { generator: 'second' },
  })
  let tasks = 0
  document.onTasksChange(() => tasks++)
  await document.showRound(1)
  expect(tasks).toBe(1)
  expect(document.state()).toMatchObject({
    counts: { candidates: 8, selected: 2, annotated: 0 },
    settings: { generator: 'SmolLM2-135M-Instruct' },
    rounds: [
      { number: 1, isShown: true },
      { number: 2, isShown: false },
    ],
  })
  const shown = await document.open()
  await decide(shown, openTask(shown))
  expect(document.state().counts?.annotated).toBe(1)
  await document.reload()
  expect(document.state().counts?.annotated).toBe(1)
  write2('second', 'third')
  await expect.poll(() => document.state().rounds.length).toBe(3)
  expect(document.state().rounds.map(({ isShown }) => isShown)).toEqual([false, false, true])
  await expect(document.showRound(9)).rejects.toThrow('There is no round 9.')
})
