// Annotations in the store: flushed when they are accepted, one journal for each annotator.
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { FailureError } from '../../../src/shared/errors'
import { annotationFileName } from '../../../src/store/annotationJournals'
import type { Annotation } from '../../../src/shared/domain'
import type { CurationStore } from '../../../src/store/curationStore'
import { jsonLines } from '../../support/jsonLines'
import { append, newPaths, openStore } from './support/openStore'
import { annotation, selection, undo } from './support/samples'

const lastOf = (store: CurationStore): Annotation | undefined =>
  store.annotations.last('ann', () => true)

describe('annotations', () => {
  const [p, q] = [selection('p', [0, 1]), selection('q', [0, 1])]

  it('are on disk when they resolve; undo takes back the last, again and again, also after opening anew', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    const [one, two, three] = [
      annotation('1', p),
      annotation('2', q),
      annotation('3', p, 'ann', { kind: 'ranking', tiers: [['p-1-1'], ['p-1-0']] }),
    ]
    for (const each of [one, two, three]) {
      await append(store, each)
      expect(jsonLines(path.join(paths.annotations, 'ann.jsonl')).at(-1)).toEqual(each)
    }
    expect(store.annotations.standing('ann').size).toBe(2)
    const expected = [three, two, one, undefined]
    for (const last of expected) {
      expect(lastOf(store)).toEqual(last)
      expect(lastOf(await openStore(paths))).toEqual(last)
      if (last) await append(store, undo(last))
    }
    expect(store.annotations.standing('ann').size).toBe(0)
    expect(jsonLines(path.join(paths.annotations, 'ann.jsonl'))).toHaveLength(6)
  })

  it('of several annotators are apart, one file each', async () => {
    const paths = newPaths()
    const [ann, bea] = [await openStore(paths), await openStore(paths, 'Béa (A/B)')]
    await append(ann, annotation('1', p))
    await append(bea, annotation('2', p, 'Béa (A/B)', { kind: 'skip' }))
    await ann.refresh()
    expect(ann.annotations.annotators).toEqual(['Béa (A/B)', 'ann'])
    expect(ann.annotations.standing('Béa (A/B)').get(p.id)?.preference).toEqual({ kind: 'skip' })
    expect(ann.annotations.standing('ann').get(p.id)?.preference).toEqual({ kind: 'tie' })
    expect(ann.annotations.standing('nobody').size).toBe(0)
    expect(bea.annotations.standing('Béa (A/B)').size).toBe(1)
    expect(lastOf(ann)?.id).toBe('1')
    expect(readdirSync(paths.annotations).sort()).toEqual(['Béa %28A%2FB%29.jsonl', 'ann.jsonl'])
    await expect(append(ann, annotation('3', p, 'bea'))).rejects.toThrow(FailureError)
  })

  it('follow a journal that git replaced or removed', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    await append(store, annotation('1', p))
    await append(store, annotation('2', q))
    const file = path.join(paths.annotations, 'ann.jsonl')
    writeFileSync(`${file}.new`, `${JSON.stringify(annotation('9', q))}\n`)
    renameSync(`${file}.new`, file)
    await store.refresh()
    expect([...store.annotations.standing('ann').values()].map(({ id }) => id)).toEqual(['9'])
    rmSync(paths.folder, { recursive: true })
    await store.refresh()
    expect(store.annotations.annotators).toEqual([])
    await append(store, annotation('5', p))
    expect(store.annotations.standing('ann').size).toBe(1)
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
