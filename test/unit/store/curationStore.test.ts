// The store of a curation: memory and disk say the same, for this process and for others that look
// on.
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { curationFileSchema } from '../../../src/core/formats/curationFile'
import { FailureError } from '../../../src/shared/errors'
import { annotationFileName } from '../../../src/store/annotationJournals'
import { type CurationPaths, curationPaths } from '../../../src/store/curationPaths'
import { CurationStore } from '../../../src/store/curationStore'
import { annotation, candidate, GENERATION, selection, undo } from './support/samples'
import { SLOW } from './support/slow'
import { temporaryFolder } from './support/temporaryFolder'

const newPaths = (): CurationPaths =>
  curationPaths(
    path.join(temporaryFolder(), 'helpful.aepo.json'),
    curationFileSchema.parse({ version: 1, prompts: 'p.jsonl' }),
  )
const messages: string[] = []
function open(paths: CurationPaths, annotator = 'ann'): Promise<CurationStore> {
  messages.length = 0
  return CurationStore.open(paths, { annotator, onMessage: (message) => messages.push(message) })
}
const idsOf = (items: Iterable<{ id: string }>): string[] => Array.from(items, ({ id }) => id)
const linesOf = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

describe('candidates', () => {
  it('are in memory and on disk when an append resolves, after the settings they came from', async () => {
    const paths = newPaths()
    const store = await open(paths)
    expect(existsSync(paths.folder)).toBe(false)
    await Promise.all(
      [0, 1, 2].map((index) => store.appendCandidates(GENERATION, [candidate('p', index)])),
    )
    await store.appendCandidates({ ...GENERATION, id: 'other' }, [
      { ...candidate('q', 0), generationId: 'other' },
    ])
    await store.appendCandidates(GENERATION, [candidate('q', 1)])
    await store.appendCandidates({ ...GENERATION, id: 'unused' }, [])
    expect(linesOf(paths.candidates)).toEqual([
      GENERATION,
      candidate('p', 0),
      candidate('p', 1),
      candidate('p', 2),
      { ...GENERATION, id: 'other' },
      { ...candidate('q', 0), generationId: 'other' },
      candidate('q', 1),
    ])
    for (const each of [store, await open(paths)]) {
      expect(each.candidateCount).toBe(5)
      expect(each.candidatesOf('p', 1)).toEqual([
        candidate('p', 0),
        candidate('p', 1),
        candidate('p', 2),
      ])
      expect(each.candidate(candidate('q', 1).id)).toEqual(candidate('q', 1))
      expect(each.candidatesOf('p', 2)).toEqual([])
      expect(each.candidate('p-1-9')).toBeUndefined()
    }
  })

  it('of a pool come by index, however they arrived, in an array that does not change', async () => {
    const store = await open(newPaths())
    await store.appendCandidates(
      GENERATION,
      [10, 2, 0].map((index) => candidate('p', index)),
    )
    const before = store.candidatesOf('p', 1)
    await store.appendCandidates(GENERATION, [candidate('p', 1)])
    expect(idsOf(before)).toEqual(['p-1-0', 'p-1-2', 'p-1-10'])
    expect(idsOf(store.candidatesOf('p', 1))).toEqual(['p-1-0', 'p-1-1', 'p-1-2', 'p-1-10'])
  })

  it('count once; of two texts under one id the first counts and it is told', async () => {
    const paths = newPaths()
    const store = await open(paths)
    await store.appendCandidates(GENERATION, [candidate('p', 0), candidate('p', 0)])
    expect(messages).toEqual([])
    appendFileSync(paths.candidates, `${JSON.stringify(candidate('p', 0, 'another'))}\n`)
    await store.refresh()
    expect(store.candidatesOf('p', 1)).toEqual([candidate('p', 0)])
    expect(store.candidateCount).toBe(1)
    expect(messages).toEqual([
      expect.stringContaining('1 candidates have the id of an earlier one'),
    ])
  })

  it('tell texts repeated under several prompts, empty ones left out', async () => {
    const store = await open(newPaths())
    const texts: Record<string, string[]> = {
      p: ['Sorry.', 'Sorry.', '', 'Yes.'],
      q: [' Sorry.\n', '', 'Yes.'],
      r: ['Sorry.', '', 'No.'],
    }
    for (const [promptId, pool] of Object.entries(texts))
      await store.appendCandidates(
        GENERATION,
        pool.map((text, index) => candidate(promptId, index, text)),
      )
    expect(store.repeatedTextsOf('q', 1)).toEqual(['Sorry.'])
    expect(store.repeatedTextsOf('q', 1, 2)).toEqual(['Sorry.', 'Yes.'])
    expect(store.repeatedTextsOf('q', 1, 4)).toEqual([])
    expect(store.repeatedTextsOf('r', 1, 2)).toEqual(['Sorry.'])
  })

  it('refuse what could not be read back, and take the next', async () => {
    const store = await open(newPaths())
    await expect(
      store.appendCandidates(GENERATION, [{ ...candidate('p', 0), logprob: NaN }]),
    ).rejects.toThrow(FailureError)
    await store.appendCandidates(GENERATION, [candidate('p', 1)])
    expect(idsOf(store.candidatesOf('p', 1))).toEqual(['p-1-1'])
  })
})

describe('selections', () => {
  const [first, second, third] = [
    selection('p', [0, 1]),
    selection('p', [0, 2], { lambda: 1 }),
    selection('p', [3, 4], { lambda: 2 }),
  ]

  it('show the latest, or the latest annotated by anyone', async () => {
    const paths = newPaths()
    const store = await open(paths)
    expect(store.selectionOf('p', 1)).toBeUndefined()
    await store.appendSelections([first, second, selection('q', [0])])
    expect(store.selectionOf('p', 1)).toEqual(second)
    const other = await open(paths, 'bea')
    await other.annotate(annotation('1', first, 'bea'))
    await store.refresh()
    expect(store.selectionOf('p', 1)).toEqual(first)
    await store.annotate(annotation('2', second))
    expect(store.selectionOf('p', 1)).toEqual(second)
    await store.undo(undo(annotation('2', second)))
    expect(store.selectionOf('p', 1)).toEqual(first)
    await other.undo(undo(annotation('1', first, 'bea')))
    await store.refresh()
    expect(store.selectionOf('p', 1)).toEqual(second)
    expect([...store.selections()]).toEqual([first, second, selection('q', [0])])
    expect(store.selection(first.id)).toEqual(first)
    expect(store.selection('none')).toBeUndefined()
  })

  it('made again become the latest', async () => {
    const store = await open(newPaths())
    for (const each of [first, second, third, first]) await store.appendSelections([each])
    expect(store.selectionOf('p', 1)).toEqual(first)
    expect(idsOf(store.selections())).toHaveLength(3)
  })
})

describe('annotations', () => {
  const [p, q] = [selection('p', [0, 1]), selection('q', [0, 1])]

  it('are on disk when they resolve; undo takes back the last, again and again, also after opening anew', async () => {
    const paths = newPaths()
    const store = await open(paths)
    const [one, two, three] = [
      annotation('1', p),
      annotation('2', q),
      annotation('3', p, 'ann', { kind: 'ranking', tiers: [['p-1-1'], ['p-1-0']] }),
    ]
    for (const each of [one, two, three]) {
      await store.annotate(each)
      expect(linesOf(path.join(paths.annotations, 'ann.jsonl')).at(-1)).toEqual(each)
    }
    expect(store.annotations('ann').size).toBe(2)
    const expected = [three, two, one, undefined]
    for (const last of expected) {
      expect(store.lastAnnotation()).toEqual(last)
      expect((await open(paths)).lastAnnotation()).toEqual(last)
      if (last) await store.undo(undo(last))
    }
    expect(store.annotations('ann').size).toBe(0)
    expect(linesOf(path.join(paths.annotations, 'ann.jsonl'))).toHaveLength(6)
  })

  it('of several annotators are apart, one file each', async () => {
    const paths = newPaths()
    const [ann, bea] = [await open(paths), await open(paths, 'Béa (A/B)')]
    await ann.annotate(annotation('1', p))
    await bea.annotate(annotation('2', p, 'Béa (A/B)', { kind: 'skip' }))
    await ann.refresh()
    expect(ann.annotators()).toEqual(['Béa (A/B)', 'ann'])
    expect(ann.annotations('Béa (A/B)').get(p.id)?.preference).toEqual({ kind: 'skip' })
    expect(ann.annotations('ann').get(p.id)?.preference).toEqual({ kind: 'tie' })
    expect(ann.annotations('nobody').size).toBe(0)
    expect(bea.annotations('Béa (A/B)').size).toBe(1)
    expect(ann.lastAnnotation()?.id).toBe('1')
    expect(readdirSync(paths.annotations).sort()).toEqual(['Béa %28A%2FB%29.jsonl', 'ann.jsonl'])
    await expect(ann.annotate(annotation('3', p, 'bea'))).rejects.toThrow(FailureError)
  })

  it('follow a journal that git replaced or removed', async () => {
    const paths = newPaths()
    const store = await open(paths)
    await store.annotate(annotation('1', p))
    await store.annotate(annotation('2', q))
    const file = path.join(paths.annotations, 'ann.jsonl')
    writeFileSync(`${file}.new`, `${JSON.stringify(annotation('9', q))}\n`)
    renameSync(`${file}.new`, file)
    await store.refresh()
    expect([...store.annotations('ann').values()].map(({ id }) => id)).toEqual(['9'])
    rmSync(paths.folder, { recursive: true })
    await store.refresh()
    expect(store.annotators()).toEqual([])
    await store.annotate(annotation('5', p))
    expect(store.annotations('ann').size).toBe(1)
  })

  it('have file names that every system allows and that differ', () => {
    const names = [
      'ann',
      'Ann B.',
      'a/b',
      '../x',
      '.hidden',
      'a:b',
      'CON',
      'com1',
      '100%',
      'Zoë',
      '张伟',
      ' x',
      'a\\b',
      'a*b',
    ]
    const files = names.map(annotationFileName)
    expect(new Set(files).size).toBe(names.length)
    for (const file of files)
      expect(file).toMatch(
        /^(?!(con|prn|aux|nul|com\d|lpt\d)\.)[^/\\:*?"<>|. ][^/\\:*?"<>|]*\.jsonl$/i,
      )
    expect(files[0]).toBe('ann.jsonl')
    expect(annotationFileName('Zoe\u0308')).toBe(annotationFileName('Zo\u00eb'))
  })
})

describe('the store', () => {
  it('tells of a torn line once, and goes on', async () => {
    const paths = newPaths()
    await (await open(paths)).appendCandidates(GENERATION, [candidate('p', 0)])
    appendFileSync(paths.candidates, '{"id":"p-1-1","promptId"')
    const store = await open(paths)
    expect(messages).toEqual([
      expect.stringContaining('candidates.jsonl:3: the last line is incomplete'),
    ])
    await store.refresh()
    await store.appendCandidates(GENERATION, [candidate('p', 1)])
    expect(messages).toHaveLength(2)
    expect(idsOf((await open(paths)).candidatesOf('p', 1))).toEqual(['p-1-0', 'p-1-1'])
    expect(messages).toEqual([])
  })

  it('rejects an annotation it could not write, and does not show it', async () => {
    const paths = newPaths()
    const store = await open(paths)
    // a folder where the file should be
    mkdirSync(path.join(paths.annotations, 'ann.jsonl'), { recursive: true })
    await expect(store.annotate(annotation('1', selection('p', [0, 1])))).rejects.toThrow(
      'ann.jsonl',
    )
    expect(store.annotations('ann').size).toBe(0)
    rmSync(path.join(paths.annotations, 'ann.jsonl'), { recursive: true })
    await store.annotate(annotation('1', selection('p', [0, 1])))
    expect(store.annotations('ann').size).toBe(1)
  })

  it('shares one object of vectors per model, and tries again after a failure', async () => {
    const paths = newPaths()
    const store = await open(paths)
    const [one, two] = await Promise.all([store.embeddings('m'), store.embeddings('m')])
    expect(one).toBe(two)
    await one.append([candidate('p', 1)], new Float32Array(2), 2)
    expect(await store.embeddings('other')).not.toBe(one)
    rmSync(paths.embeddingsIndex)
    mkdirSync(paths.embeddingsIndex)
    await expect(store.embeddings('m')).rejects.toThrow(FailureError)
    rmSync(paths.embeddingsIndex, { recursive: true })
    expect((await store.embeddings('m')).has(candidate('p', 1))).toBe(false)
  })

  it(
    'reads a curation of 20,000 candidates',
    async () => {
      const paths = newPaths()
      mkdirSync(paths.folder)
      const lines = Array.from(
        { length: 20_000 },
        (_, i) => `${JSON.stringify(candidate(`p${i % 1000}`, Math.floor(i / 1000)))}\n`,
      )
      writeFileSync(paths.candidates, `${JSON.stringify(GENERATION)}\n${lines.join('')}`)
      const store = await open(paths)
      expect(store.candidateCount).toBe(20_000)
      expect(store.candidatesOf('p999', 1)).toHaveLength(20)
      expect(messages).toEqual([])
    },
    SLOW,
  )
})

describe('the data folder', () => {
  it('is made by the first write, with a .gitignore that a person may change or remove', async () => {
    const paths = newPaths()
    const store = await open(paths)
    expect(existsSync(paths.folder)).toBe(false)
    await store.annotate(annotation('1', selection('p', [0, 1])))
    const file = path.join(paths.folder, '.gitignore')
    expect(readFileSync(file, 'utf8')).toContain('*.lock\n')
    rmSync(file)
    await (await store.lockForGeneration()).release()
    expect(existsSync(file)).toBe(false)
  })

  it('keeps locks, torn lines and what a run leaves out of git, and no journal', async () => {
    const paths = newPaths()
    const store = await open(paths)
    await store.annotate(annotation('1', selection('p', [0, 1])))
    const ignored = [
      'candidates.index',
      '.generation.json',
      '.generation.lock/x',
      'embeddings.index.jsonl.lock/x',
      'candidates.jsonl.torn',
      'runs/1/process.json',
      'runs/1/checkpoints/2/x',
      'runs/1/model/x',
    ]
    const kept = [
      '.gitignore',
      'candidates.jsonl',
      'selections.jsonl',
      'embeddings.f32',
      'annotations/ann.jsonl',
      'runs/1/run.json',
      'runs/1/metrics.jsonl',
    ]
    spawnSync('git', ['init', '--quiet', paths.folder])
    const { stdout } = spawnSync(
      'git',
      ['-C', paths.folder, 'check-ignore', '--no-index', ...ignored, ...kept],
      { encoding: 'utf8' },
    )
    expect(stdout.trim().split('\n')).toEqual(ignored)
  })
})
