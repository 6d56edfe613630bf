// A rule that learns from labels, on the command line: selected, annotated in sequence, checked.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { aepo, aepoJson, temporaryFolder } from '../support/command'

const PROMPTS = 28
const COLOURS = ['blue', 'red as a rose', 'green, I think', 'a very pale yellow indeed']

/** As many prompts, each with four responses; the curation selects by `adaptive`. */
async function imported(): Promise<string> {
  const cwd = temporaryFolder()
  const rows = Array.from({ length: PROMPTS }, (_, index) => ({
    prompt: `Question ${index}: name a colour and a number.`,
    responses: COLOURS.map((colour, place) => ({
      text: `The colour is ${colour} and the number is ${index}.`,
      score: place,
    })),
  }))
  const write = (name: string, values: readonly object[]): void =>
    writeFileSync(path.join(cwd, name), values.map((one) => `${JSON.stringify(one)}\n`).join(''))
  write('p.jsonl', rows)
  write('c.jsonl', rows)
  await aepoJson(['init', 'a.aepo.json', '--prompts', 'p.jsonl', '--n', '4'], { cwd })
  const file = path.join(cwd, 'a.aepo.json')
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...settings, selection: { method: 'adaptive' } }))
  await aepoJson(['import', 'a.aepo.json', '--candidates', 'c.jsonl'], { cwd })
  return cwd
}

it('selects while an annotator labels, and makes every selection again from its record', async () => {
  const cwd = await imported()
  const run = (...args: string[]): Promise<Record<string, unknown>> =>
    aepoJson([args[0] ?? '', 'a.aepo.json', ...args.slice(1)], { cwd })
  const { stdout } = await aepo(['select', 'a.aepo.json'], { cwd })
  expect(stdout).toContain('2 new selections; 2 can be labelled.')
  expect(stdout).toContain('26 more are selected using your labels when labelling reaches them.')
  expect(await run('status')).toMatchObject({ selected: 2, due: PROMPTS - 2 })
  const annotated = await run('annotate', '--replay', 'c.jsonl', '--annotator', 'a')
  expect(annotated).toMatchObject({ selected: PROMPTS, annotated: PROMPTS, due: 0, pairs: PROMPTS })
  const all = { same: PROMPTS, different: [], notRepeatable: [] }
  expect(await run('select', '--check')).toEqual(all)
  // without the labels that they learned from, three of them cannot be made again
  writeFileSync(path.join(cwd, 'a.aepo/annotations/a.jsonl'), '')
  const check = await aepo(['select', 'a.aepo.json', '--check'], { cwd })
  expect(check.stdout).toMatch(/^25 selections come out the same\. 3 cannot be made again\./)
})
