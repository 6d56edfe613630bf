// The invariants of ARCHITECTURE.md: each is named by its number where the code keeps it.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')

const sources = ['src', 'webview-ui'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(path.join(ROOT, folder, name), 'utf8')),
)

it('are named in the code by their numbers, and no other numbers are', () => {
  const stated = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(
    /^\| (I\d+) \|/gm,
  )
  const numbers = Array.from(stated, ([, number]) => number)
  const named = sources.flatMap((text) =>
    Array.from(text.matchAll(/^\/\/ Invariants? ([I\d, ]+)\.$/gm), ([, list = '']) =>
      list.split(', '),
    ).flat(),
  )
  expect(numbers.length).toBeGreaterThan(0)
  expect(new Set(named)).toEqual(new Set(numbers))
})
