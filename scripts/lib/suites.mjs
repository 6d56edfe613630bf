// The checks and test suites of `npm test`, in order, with their dependencies and time limits.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
import { installChromium } from './chromium.mjs'
import { installCodeServer } from './codeServer.mjs'
import { root } from './paths.mjs'
import { installPython } from './python.mjs'
import { readJunitReport, readVitestReport } from './reports.mjs'
import { Failure, childEnvironment, run } from './run.mjs'
import { packageExtension } from './vsix.mjs'

const TRAINING = join(root, 'training')
const REPORTS = join(root, 'test-results/reports')

/**
 * `run` returns `{ passed, skipped, failures }` or throws a Failure, which counts as one failure.
 * @typedef {{ name: string, needs: readonly string[], isQuiet?: boolean, run: () => Promise<object>
 *   }} Suite `needs` names suites that must pass first; selecting a suite selects these too.
 *   `isQuiet`: it prints nothing while it runs, and uses one core.
 */

/** A check that passes or fails as a whole. */
const check = (name, work, needs = []) => ({
  name,
  needs,
  run: async () => {
    await work()
    return { passed: 1, skipped: 0, failures: [] }
  },
})

/** A check by a tool, whose output is shown where it fails. */
const toolCheck = (name, work) => ({ ...check(name, () => shownWhereItFails(work)), isQuiet: true })

async function shownWhereItFails(work) {
  try {
    await work()
  } catch (error) {
    if (error instanceof Failure) console.log(error.output.trim())
    throw error
  }
}

const tool =
  (command, ...args) =>
  () =>
    run(command, args, { limitMinutes: 5 })

const python =
  (...args) =>
  async () =>
    run(await installPython(), args, { cwd: TRAINING, limitMinutes: 5 })

/** A vitest project; `prepare` installs what its tests need. */
function vitest(name, limitMinutes, needs = [], prepare = []) {
  return {
    name,
    needs,
    run: async () => {
      for (const install of prepare) await install()
      const report = await emptyReport(`${name}.json`)
      const ended = run(
        'vitest',
        [
          'run',
          '--project',
          name,
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        { show: true, limitMinutes, what: `The suite ${name}` },
      )
      return outcomeOf(ended, report, readVitestReport)
    },
  }
}

/** In two processes where there are two cores; each takes the next file. */
const pytest = (name, limitMinutes, needs) => ({
  name,
  needs,
  run: async () => {
    const report = await emptyReport(`${name}.xml`)
    const processes = ['-n', String(Math.min(2, availableParallelism())), '--dist', 'loadfile']
    const quiet = ['-q', '--color=no', '-p', 'no:cacheprovider', `--junitxml=${report}`]
    const ended = run(await installPython(), ['-m', 'pytest', ...processes, ...quiet], {
      cwd: TRAINING,
      env: childEnvironment({ PYTHONPATH: join(TRAINING, 'src') }),
      show: true,
      limitMinutes,
      what: `The suite ${name}`,
    })
    return outcomeOf(ended, report, readJunitReport)
  },
})

/** @type {readonly Suite[]} */
const SUITES = [
  toolCheck('manifest', tool('node', 'scripts/manifest.mjs', '--check')),
  toolCheck('l10n', tool('node', 'scripts/l10n.mjs', '--check')),
  toolCheck('types', async () => {
    for (const project of ['src', 'webview-ui', 'test', '.']) await tool('tsc', '-p', project)()
  }),
  toolCheck('lint', tool('eslint', '.')),
  toolCheck('format', tool('prettier', '--check', '--log-level', 'warn', '.')),
  toolCheck('unused', tool('knip', '--no-progress')),
  toolCheck('types-training', python('-m', 'mypy', '--cache-dir=/dev/null')),
  toolCheck('lint-training', python('-m', 'ruff', 'check', '--no-cache', '.', join(root, 'bench'))),
  check('build', build),
  vitest('unit', 8),
  vitest('engine', 20, ['build'], [installChromium]),
  vitest('cli', 20, ['build'], [installPython]),
  vitest('webview', 20, ['build'], [installChromium]),
  pytest('training', 30, ['build']),
  check('vsix', packageExtension, ['build']),
  vitest('package', 15, ['vsix']),
  vitest('vscode', 25, ['vsix'], [installChromium, installCodeServer, installPython]),
]

/** The named suites and those that they need, in order; all suites if none is named. */
export function chosenSuites(names) {
  const unknown = names.find((name) => !SUITES.some((suite) => suite.name === name))
  if (unknown)
    throw new Failure(
      `There is no suite "${unknown}"; there are: ${SUITES.map(({ name }) => name).join(', ')}.`,
    )
  if (names.length === 0) return SUITES
  const wanted = new Set(names)
  for (const { name, needs } of SUITES.toReversed())
    if (wanted.has(name)) for (const need of needs) wanted.add(need)
  return SUITES.filter(({ name }) => wanted.has(name))
}

async function emptyReport(name) {
  const file = join(REPORTS, name)
  await rm(file, { force: true })
  await mkdir(REPORTS, { recursive: true })
  return file
}

/** The outcome in the report; the exit of the runner must agree with it. */
async function outcomeOf(ended, report, read) {
  let failure
  await ended.catch((error) => {
    failure = error
  })
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text === undefined) throw failure ?? new Failure('The test runner wrote no report.')
  const outcome = read(text)
  if (failure && outcome.failures.length === 0)
    outcome.failures.push({
      name: 'the test runner',
      message: `${failure.message}\n${failure.output.slice(-2000)}`,
    })
  if (outcome.passed === 0 && outcome.failures.length === 0) throw new Failure('It ran no test.')
  return outcome
}
