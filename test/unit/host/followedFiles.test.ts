// Which changes on disk a curation is read again for.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FollowedFiles } from '../../../src/host/followedFiles'

const FILE = '/work/a.aepo.json'
const FOLDER = '/work/a.aepo'

let followed: FollowedFiles
let heard: string[]
/** What is told of a change, by the folder that is watched. */
let watched: Map<string, (file: string) => void>

beforeEach(() => {
  vi.useFakeTimers()
  heard = []
  watched = new Map()
  followed = new FollowedFiles(
    (folder, _, onChange) => {
      watched.set(folder, onChange)
      return { dispose: () => watched.delete(folder) }
    },
    { onChange: () => heard.push('file'), onJournal: () => heard.push('journal') },
  )
  followed.set([FILE], FOLDER)
})
afterEach(() => vi.useRealTimers())

it('is for the files themselves, the data folder and its journals', () => {
  for (const file of [FILE, '/work/other.json', FOLDER]) watched.get('/work')?.(file)
  expect(heard).toEqual(['file', 'journal'])
  for (const name of ['annotations/ann.jsonl', 'embeddings.f32', '.candidates.index.1.tmp'])
    watched.get(FOLDER)?.(`${FOLDER}/${name}`)
  expect(heard).toEqual(['file', 'journal', 'journal'])
  vi.runAllTimers()
  expect(heard).toHaveLength(3)
})

it('reads the journals once more after a folder came, whose first files are not reported', () => {
  watched.get(FOLDER)?.(`${FOLDER}/annotations`)
  expect(heard).toEqual(['journal'])
  vi.runAllTimers()
  expect(heard).toEqual(['journal', 'journal'])
  watched.get(FOLDER)?.(`${FOLDER}/annotations`)
  followed.dispose()
  vi.runAllTimers()
  expect(heard).toHaveLength(3)
})
