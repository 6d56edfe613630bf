// The invariants of ARCHITECTURE.md: the code that keeps each one names its number, in every place
// that the table gives and nowhere else.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** The table leaves these folders out of its paths. */
const ROOTS = ['src', '.', 'training/src']

interface Invariant {
  number: string
  places: string[]
}

function stated(): Invariant[] {
  const text = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  return Array.from(
    text.matchAll(/^\| (I\d+) \|[^|]*\|([^|]*)\|/gm),
    ([, number = '', places = '']) => ({
      number,
      places: Array.from(places.matchAll(/`([^`]+)`/g), ([, place = '']) => place),
    }),
  )
}

const filesUnder = (place: string): string[] =>
  statSync(place).isFile()
    ? [place]
    : readdirSync(place, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ts|py)$/.test(name))
        .map((name) => path.join(place, name))

/** The numbers that the head of a file names. */
function namedIn(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return Array.from(text.matchAll(/^(?:\/\/ )?Invariants? ([I\d, ]+)\.$/gm), ([, list = '']) =>
    list.split(', '),
  ).flat()
}

/** The file or folder of a place of the table; undefined where there is none. */
const located = (place: string): string | undefined =>
  ROOTS.map((root) => path.join(ROOT, root, place)).find(existsSync)

const isInside = (file: string, place: string): boolean =>
  file === place || file.startsWith(`${place}${path.sep}`)

it('each number is named in each of its places', () => {
  const missing = stated().flatMap(({ number, places }) =>
    places
      .filter((place) => {
        const found = located(place)
        return (
          found === undefined || !filesUnder(found).some((file) => namedIn(file).includes(number))
        )
      })
      .map((place) => `${number}: ${place}`),
  )
  expect(stated().length).toBeGreaterThan(0)
  expect(missing).toEqual([])
})

it('the table has each file that names a number', () => {
  const placesOf = new Map(
    stated().map(({ number, places }) => [number, places.flatMap((place) => located(place) ?? [])]),
  )
  const files = ['src', 'webview-ui', 'training/src'].flatMap((folder) =>
    filesUnder(path.join(ROOT, folder)),
  )
  const unlisted = files.flatMap((file) =>
    namedIn(file)
      .filter((number) => !placesOf.get(number)?.some((place) => isInside(file, place)))
      .map((number) => `${number}: ${path.relative(ROOT, file)}`),
  )
  expect(unlisted).toEqual([])
})
