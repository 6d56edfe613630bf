// Converts reports of test runners to { passed, skipped, failures: [{ name, message }] }.

/** vitest's JSON report. A file that cannot be run counts as one failure. */
export function readVitestReport(json) {
  const { testResults } = JSON.parse(json)
  const tests = testResults.flatMap((file) => file.assertionResults)
  const failedTests = tests
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({
      name: fullName,
      message: failureMessages.join('\n'),
    }))
  const brokenFiles = testResults
    .filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    )
    .map(({ name, message }) => ({ name, message }))
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    skipped: tests.filter(({ status }) => !['passed', 'failed'].includes(status)).length,
    failures: [...failedTests, ...brokenFiles],
  }
}

/** pytest's JUnit report. */
export function readJunitReport(xml) {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes, body = '']) => ({
      name: [attribute(attributes, 'classname'), attribute(attributes, 'name')]
        .filter(Boolean)
        .join(' '),
      problem: /<(failure|error)\b([^>]*)>?([\s\S]*?)(?:<\/\1>|$)/.exec(body),
      skipped: /<skipped\b/.test(body),
    }),
  )
  const failures = cases
    .filter(({ problem }) => problem)
    .map(({ name, problem: [, , attributes, text] }) => ({
      name,
      message: unescape(text) || attribute(attributes, 'message'),
    }))
  const skipped = cases.filter((one) => one.skipped).length
  return { passed: cases.length - failures.length - skipped, skipped, failures }
}

function attribute(attributes, name) {
  return unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '')
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function unescape(text) {
  return text
    .replace(/&(?:(lt|gt|quot|apos|amp)|#(\d+)|#x([\da-f]+));/gi, (_, name, decimal, hex) =>
      name ? ENTITIES[name] : String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)),
    )
    .trim()
}
