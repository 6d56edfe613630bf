// `npm test`: installs what is missing, runs all checks and suites, and ends with the line `N
// passed, N failed`. `npm test -- unit engine` runs these suites only, and the ones that they need.
// Quiet checks run side by side.
import { availableParallelism } from 'node:os'
import { stripVTControlCharacters } from 'node:util'
import { installDependencies } from './lib/deps.mjs'
import { Failure, script } from './lib/run.mjs'
import { chosenSuites } from './lib/suites.mjs'

await script(async (argv) => {
  const suites = chosenSuites(argv)
  await installDependencies()
  const results = await sideBySide(suites.filter(({ isQuiet }) => isQuiet))
  for (const suite of suites.filter(({ isQuiet }) => !isQuiet)) {
    console.log(`\n── ${suite.name} ──`)
    results.push(await resultOf(suite, results))
  }
  printFailures(results)
  console.log('\nSuites:')
  for (const result of results) console.log(`  ${summary(result)}`)
  const failures = results.flatMap((result) => result.failures).length
  console.log(
    `\n${results.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures} failed`,
  )
  return failures > 0 ? 1 : 0
})

/** Runs suites that need none, as many at once as there are cores. */
async function sideBySide(suites) {
  const waiting = [...suites]
  const results = []
  const work = async () => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift())
      results.push(await resultOf(suite, results))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return results
}

async function resultOf(suite, results) {
  const began = performance.now()
  const broken = suite.needs.find((need) =>
    results.some(({ name, failures }) => name === need && failures.length > 0),
  )
  const outcome = broken ? failed(`Not run: ${broken} failed.`) : await suite.run().catch(asOutcome)
  const result = { name: suite.name, seconds: (performance.now() - began) / 1000, ...outcome }
  console.log(summary(result))
  return result
}

function failed(message) {
  return { passed: 0, skipped: 0, failures: [{ name: '', message }] }
}

function asOutcome(error) {
  if (!(error instanceof Failure)) throw error
  return failed(
    [error.message, error.output.trim().split('\n').slice(-20).join('\n')]
      .filter(Boolean)
      .join('\n'),
  )
}

function summary({ name, passed, skipped, failures, seconds }) {
  const counts = [
    `${passed} passed`,
    `${failures.length} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ')
  return `${name.padEnd(14)} ${counts.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s`
}

function printFailures(results) {
  for (const { name: suite, failures } of results) {
    for (const { name, message } of failures)
      console.log(`\n✗ ${[suite, name].filter(Boolean).join(': ')}\n${indented(message)}`)
  }
}

function indented(message) {
  const lines = stripVTControlCharacters(message).trim().split('\n')
  const shown =
    lines.length > 15 ? [...lines.slice(0, 15), `… ${lines.length - 15} more lines`] : lines
  return shown.map((line) => `    ${line}`).join('\n')
}
