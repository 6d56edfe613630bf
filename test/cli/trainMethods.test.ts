// Every training method from the command line: from labels to rows, to a run, to moved weights and
// to the figures that the method names.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { METHOD_IDS, type MethodId, methodOf } from '../../src/core/training/methods/table'
import type { RegressionView } from '../../src/shared/runProtocol'
import { aepo, aepoJson } from '../support/command'
import { annotate, judgedCuration, metricsOf, TINY } from './support/training'

const QUICK = [...TINY, '--set', 'epochs=2', '--set', 'heldOut=0.2']

let cwd: string
let python: string
/** The folder of the run of `dpo`, which other methods continue from. */
let first: string

beforeAll(async () => {
  python = await installPython()
  cwd = await judgedCuration(10)
  await annotate(cwd)
  first = path.basename(await trained('dpo'))
}, 900_000)

/** Runs a method. @returns the folder of the run. */
async function trained(method: MethodId, ...settings: string[]): Promise<string> {
  const set = settings.flatMap((setting) => ['--set', setting])
  const { folder, warning } = await aepoJson(
    ['train', 'a.aepo.json', ...QUICK, '--method', method, ...set, '--python', python],
    { cwd },
  )
  expect(warning).toBeNull()
  return String(folder)
}

function expectFigures(run: string, method: MethodId): void {
  const events = metricsOf(run)
  const recorded = new Set(
    events.flatMap((event) => ('figures' in event ? Object.keys(event.figures) : [])),
  )
  expect([...recorded].sort()).toEqual(
    methodOf(method)
      .figures.map(({ id }) => id)
      .sort(),
  )
  expect(events.at(-1)).toMatchObject({ event: 'end', moved: true })
  expect(JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8'))).toMatchObject({ method })
}

const SETTINGS: Readonly<Partial<Record<MethodId, () => string[]>>> = {
  sppo: () => ['probabilities=scores'],
  sgpo: () => [`previous=${first}`],
  accelerated: () => [`previous=${first}`, 'alpha=0.3'],
}

it.each(METHOD_IDS.filter((id) => id !== 'dpo'))(
  '%s moves the weights and records its figures',
  async (method) => {
    expectFigures(await trained(method, ...(SETTINGS[method]?.() ?? [])), method)
  },
  900_000,
)

it('dpo does too, also with another loss; the list of runs names each method', async () => {
  expectFigures(path.join(cwd, 'a.aepo/runs', first), 'dpo')
  expectFigures(await trained('dpo', 'loss=ipo'), 'dpo')
  const { runs } = await aepoJson(['runs', 'a.aepo.json'], { cwd })
  const views = runs as { title: string; generates: boolean; regression: RegressionView | null }[]
  const titles = views.map(({ title }) => title)
  expect(new Set(titles)).toEqual(
    new Set(METHOD_IDS.map((id) => `${methodOf(id).label} on tiny-random`)),
  )
  for (const { title, generates, regression } of views) {
    const figures = regression?.figures.map(({ id }) => id) ?? []
    // The extrapolated model is not the one that was evaluated.
    const isExtrapolated = title.startsWith(methodOf('accelerated').label)
    expect(figures.includes('heldOutLoss')).toBe(!isExtrapolated)
    expect(figures.includes('neutralLoss')).toBe(generates)
    expect(figures.includes('degenerate')).toBe(generates)
  }
}, 900_000)

it.each([
  [
    ['--method', 'dpo', '--set', 'loss=ipo', '--set', 'labelSmoothing=0.1'],
    /labelSmoothing has no/,
  ],
  [['--method', 'sgpo', '--set', 'alpha=0.1'], /Unknown key: alpha\. Valid keys: beta, epsilon/],
])('what a method cannot do is named: %s', async (options, message) => {
  const { code, stderr } = await aepo(
    ['train', 'a.aepo.json', ...QUICK, ...options, '--python', python],
    { cwd },
  )
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})

it('sgpo has the model of the earlier run annotate what nobody has labelled', async () => {
  const more = await judgedCuration(14)
  await annotate(more, 10)
  const run = async (...options: string[]): Promise<string> => {
    const all = [...TINY, '--set', 'maxSteps=10', '--set', 'learningRate=3e-3', ...options]
    const command = ['train', 'a.aepo.json', ...all, '--python', python]
    return String((await aepoJson(command, { cwd: more }))['folder'])
  }
  const seed = path.basename(await run())
  const set = [`previous=${seed}`, 'selfAnnotate=true'].flatMap((each) => ['--set', each])
  const folder = await run('--method', 'sgpo', ...set)
  const records = readFileSync(path.join(folder, 'self-annotated.jsonl'), 'utf8')
  expect(records.trim().split('\n')).toHaveLength(4)
  expect(metricsOf(folder)[0]).toMatchObject({ rows: 13, heldOutRows: 1, selfAnnotatedRows: 4 })
  const status = await aepoJson(['status', 'a.aepo.json'], { cwd: more })
  expect(status['pairs']).toBe(10)
  const { runs } = await aepoJson(['runs', 'a.aepo.json'], { cwd: more })
  expect(runs).toMatchObject([{ selfAnnotatedRows: 0 }, { selfAnnotatedRows: 4 }])
}, 900_000)

it.each([
  [['--method', 'sppo', '--set', 'probabilities=judge'], /needs one judge’s opinion/],
  [['--method', 'sgpo'], /sgpo continues from an earlier run/],
  [
    ['--method', 'accelerated', '--set', 'previous=none'],
    /There is no run none to continue from\./,
  ],
  [['--method', 'kto', '--set', 'batchSize=1'], /needs batches of at least 2 rows\./],
])(
  'what a run lacks is said before it starts: %s',
  async (options, message) => {
    const { code, stderr } = await aepo(
      ['train', 'a.aepo.json', ...QUICK, ...options, '--python', python],
      { cwd },
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
  },
  300_000,
)

it('the rows of sgpo are shown as tokens', async () => {
  const sgpo = ['--method', 'sgpo', '--set', `previous=${first}`]
  const { stdout, stderr } = await aepo(
    ['rows', 'a.aepo.json', ...QUICK, ...sgpo, '--tokens', '1', '--python', python],
    { cwd },
  )
  expect(stdout, stderr).toMatch(/Row 1\n {2}prompt \(\d+ tokens\): .*\n {2}chosen/)
}, 300_000)

it('the rows of kto are shown as tokens, each with its label', async () => {
  const { stdout } = await aepo(
    ['rows', 'a.aepo.json', ...QUICK, '--method', 'kto', '--tokens', '2', '--python', python],
    { cwd },
  )
  expect(stdout).toMatch(/^20 responses, 4 of them held out, \d+ steps/)
  expect(stdout).toMatch(
    /Row 1\n {2}prompt \(\d+ tokens\): .*\n {2}response \(\d+ tokens\): .*\n {2}label: /,
  )
}, 300_000)
