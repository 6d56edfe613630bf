// A method is described on both sides: its entry here and its Python module must name the same.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { METHOD_IDS, methodOf } from '../../../src/core/training/methods/table'

const MODULES = 'training/src/aepo_training/train/methods'
const SHARED_FIGURES = 'training/src/aepo_training/train/figures.py'

const moduleOf = (id: string): string => readFileSync(path.join(MODULES, `${id}.py`), 'utf8')

/** `labelSmoothing` is `label_smoothing` in Python. */
const snakeCase = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

it('there is a module for every method, and no other', () => {
  const modules = readdirSync(MODULES).filter((file) => /^[a-z].*\.py$/.test(file))
  expect(modules.sort()).toEqual(METHOD_IDS.map((id) => `${id}.py`).sort())
})

it.each(METHOD_IDS)('%s has the same hyper-parameters on both sides', (id) => {
  const [, fields = ''] = /class Own:[^]*?"""\n([^]*?)\n\n\n/.exec(moduleOf(id)) ?? []
  const named = [...fields.matchAll(/^ {4}(\w+):/gm)]
  expect(named.map(([, field]) => field).sort()).toEqual(
    Object.keys(methodOf(id).own.shape).map(snakeCase).sort(),
  )
})

/** The content of a dictionary, or of the one in figures.py that it is. */
function dictionary(source: string, name: string): string {
  const [, shared] = new RegExp(`^${name} = (\\w+)$`, 'm').exec(source) ?? []
  if (shared !== undefined) return dictionary(readFileSync(SHARED_FIGURES, 'utf8'), shared)
  return new RegExp(`^${name} = \\{\\n([^]*?)\\n\\}`, 'm').exec(source)?.[1] ?? ''
}

it.each(METHOD_IDS)('%s records the figures that it names, and no other', (id) => {
  const figures = dictionary(moduleOf(id), 'FIGURES')
  expect([...figures.matchAll(/: "(\w+)"/g)].map(([, figure]) => figure).sort()).toEqual(
    methodOf(id)
      .figures.map((figure) => figure.id)
      .sort(),
  )
})
