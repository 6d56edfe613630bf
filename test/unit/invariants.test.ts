// The invariants of ARCHITECTURE.md: the code that keeps each one names its number, in every place
// that the table gives.
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

it('each number is named in each of its places', () => {
  const missing = stated().flatMap(({ number, places }) =>
    places
      .filter((place) => {
        const found = ROOTS.map((root) => path.join(ROOT, root, place)).find(existsSync)
        return (
          found === undefined || !filesUnder(found).some((file) => namedIn(file).includes(number))
        )
      })
      .map((place) => `${number}: ${place}`),
  )
  expect(stated().length).toBeGreaterThan(0)
  expect(missing).toEqual([])
})

it('the code names no other numbers', () => {
  const files = ['src', 'webview-ui', 'training/src'].flatMap((folder) =>
    filesUnder(path.join(ROOT, folder)),
  )
  const numbers = stated().map(({ number }) => number)
  const others = files.flatMap((file) =>
    namedIn(file)
      .filter((number) => !numbers.includes(number))
      .map((number) => `${number}: ${path.relative(ROOT, file)}`),
  )
  expect(others).toEqual([])
})
