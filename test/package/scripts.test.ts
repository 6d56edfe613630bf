// The scripts' own parts: what npm start and npm test rely on when they are interrupted, run twice
// at once, or run again.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildOnce } from '../../scripts/lib/cache.mjs'
import { isInstalled } from '../../scripts/lib/deps.mjs'
import { readJunitReport, readVitestReport } from '../../scripts/lib/reports.mjs'
import { invocation, run } from '../../scripts/lib/run.mjs'

const ROOT = join(import.meta.dirname, '../..')
const node = promisify(execFile)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aepo-scripts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a folder of the cache', () => {
  const target = () => join(folder, 'thing')

  test('is built once, and then given again', async () => {
    let builds = 0
    const build = (place: string) => {
      builds++
      writeFileSync(join(place, 'content'), String(builds))
      return Promise.resolve()
    }
    await buildOnce(target(), build)
    await buildOnce(target(), build)
    expect(readFileSync(join(target(), 'content'), 'utf8')).toBe('1')
    expect(readdirSync(folder)).toEqual(['thing'])
  })

  test('is built by one of several processes at once', async () => {
    const script = `
      import { appendFileSync, writeFileSync } from 'node:fs'
      import { setTimeout } from 'node:timers/promises'
      import { buildOnce } from ${JSON.stringify(join(ROOT, 'scripts/lib/cache.mjs'))}
      await buildOnce(${JSON.stringify(target())}, async (place) => {
        appendFileSync(${JSON.stringify(join(folder, 'builds'))}, 'x')
        await setTimeout(200)
        writeFileSync(place + '/content', 'whole')
      })`
    await Promise.all(
      [1, 2, 3].map(() => node(process.execPath, ['--input-type=module', '--eval', script])),
    )
    expect(readFileSync(join(folder, 'builds'), 'utf8')).toBe('x')
    expect(readFileSync(join(target(), 'content'), 'utf8')).toBe('whole')
  })

  test('is not there after a failure, nor is its lock', async () => {
    await expect(
      buildOnce(target(), () => Promise.reject(new Error('no network'))),
    ).rejects.toThrow('no network')
    expect(readdirSync(folder)).toEqual([])
  })

  test('is built anew after its builder was killed, whose remains are removed', async () => {
    const script = `
      import { writeFileSync } from 'node:fs'
      import { buildOnce } from ${JSON.stringify(join(ROOT, 'scripts/lib/cache.mjs'))}
      await buildOnce(${JSON.stringify(target())}, async (place) => {
        writeFileSync(place + '/content', 'half')
        process.kill(process.pid, 'SIGKILL')
      })`
    await expect(
      node(process.execPath, ['--input-type=module', '--eval', script]),
    ).rejects.toMatchObject({ signal: 'SIGKILL' })
    expect(existsSync(target())).toBe(false)
    expect(readdirSync(folder)).not.toEqual([])
    await buildOnce(target(), (place) => {
      writeFileSync(join(place, 'content'), 'whole')
      return Promise.resolve()
    })
    expect(readFileSync(join(target(), 'content'), 'utf8')).toBe('whole')
    expect(readdirSync(folder)).toEqual(['thing'])
  })

  test('is built anew after its builder was killed that had the number of this process', async () => {
    writeFileSync(join(folder, 'thing.lock'), String(process.pid))
    mkdirSync(join(folder, `thing.new-${process.pid}-1000`))
    await buildOnce(target(), () => Promise.resolve())
    expect(readdirSync(folder)).toEqual(['thing'])
  })
})

describe('installed dependencies', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-a' }
  const otherSystem = { ...entry, optional: true, os: ['plan9'], cpu: ['pdp11'] }
  const thisSystem = { ...entry, optional: true, os: [process.platform], cpu: [process.arch] }

  function locked(packages: object, present?: object): Promise<boolean> {
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ packages: { '': {}, ...packages } }),
    )
    if (present) {
      mkdirSync(join(folder, 'node_modules'))
      writeFileSync(
        join(folder, 'node_modules/.package-lock.json'),
        JSON.stringify({ packages: present }),
      )
    }
    return isInstalled(folder)
  }

  test.each([
    ['nothing installed', { 'node_modules/a': entry }, undefined, false],
    ['the same', { 'node_modules/a': entry }, { 'node_modules/a': entry }, true],
    [
      'another version',
      { 'node_modules/a': entry },
      { 'node_modules/a': { ...entry, version: '1.0.1' } },
      false,
    ],
    [
      'other content',
      { 'node_modules/a': entry },
      { 'node_modules/a': { ...entry, integrity: 'sha512-b' } },
      false,
    ],
    [
      'one missing',
      { 'node_modules/a': entry, 'node_modules/b': entry },
      { 'node_modules/a': entry },
      false,
    ],
    ['one for another system missing', { 'node_modules/a': otherSystem }, {}, true],
    ['one for this system missing', { 'node_modules/a': thisSystem }, {}, false],
  ])('%s', async (_, wanted, present, expected) => {
    expect(await locked(wanted, present)).toBe(expected)
  })

  test('of this checkout are those of its lock file', async () => {
    expect(await isInstalled(ROOT)).toBe(true)
  })
})

async function connects(socket: string): Promise<void> {
  const connection = connect(socket)
  await once(connection, 'connect')
  connection.destroy()
}

describe('a program that is run', () => {
  test('is killed with all it started when its time is over', async () => {
    const socket = join(folder, 'socket')
    const grandchild = `require('node:net').createServer().listen(${JSON.stringify(socket)})`
    const child = `
      require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { detached: true, stdio: 'ignore' })
      setInterval(() => {}, 1000)`
    const ended = expect(
      run(process.execPath, ['-e', child], { limitMinutes: 3 / 60, what: 'The suite' }),
    ).rejects.toThrow(/^The suite did not end within .* minutes and was killed\.$/)
    await vi.waitFor(() => connects(socket), 2_900)
    await ended
    await vi.waitFor(() => expect(connects(socket)).rejects.toThrow('ECONNREFUSED'))
  })

  test('ends with the terminal of the script that runs it', async () => {
    const socket = join(folder, 'socket')
    const program = `
      import { run, script } from ${JSON.stringify(join(ROOT, 'scripts/lib/run.mjs'))}
      await script(() => run(process.execPath, ['-e', ${JSON.stringify(`require('node:net').createServer().listen(${JSON.stringify(socket)})`)}]))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    await vi.waitFor(() => connects(socket), 20_000)
    child.kill('SIGHUP')
    expect(await ended).toEqual([129, null])
    await vi.waitFor(() => expect(connects(socket)).rejects.toThrow('ECONNREFUSED'))
  })

  test('is started through a shell where it may be a script of Windows', () => {
    const vsix = String.raw`C:\My Folder\aepo.vsix`
    expect(invocation('code', ['--force', vsix], 'win32')).toEqual({
      program: `code --force "${vsix}"`,
      words: [],
      shell: true,
    })
    expect(invocation('code', [vsix], 'linux')).toEqual({
      program: 'code',
      words: [vsix],
      shell: false,
    })
  })

  test.each([
    [
      'a missing program',
      'no-such-program',
      [],
      'no-such-program is not installed, or not on the PATH.',
    ],
    ['an exit code', process.execPath, ['-e', 'process.exit(3)'], 'It ended with code 3.'],
    [
      'a signal',
      process.execPath,
      ['-e', 'process.kill(process.pid, "SIGTERM")'],
      'It ended with SIGTERM.',
    ],
  ])('says in one line: %s', async (_, command, args, message) => {
    await expect(run(command, args, { what: 'It' })).rejects.toThrow(message)
  })
})

describe('reports', () => {
  test('of vitest: a file that could not be loaded is a failure', () => {
    const report = {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [
            { status: 'passed', fullName: 'a' },
            { status: 'failed', fullName: 'b', failureMessages: ['no'] },
            { status: 'skipped', fullName: 'c' },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'cannot import', assertionResults: [] },
      ],
    }
    expect(readVitestReport(JSON.stringify(report))).toEqual({
      passed: 1,
      skipped: 1,
      failures: [
        { name: 'b', message: 'no' },
        { name: 'b.test.ts', message: 'cannot import' },
      ],
    })
  })

  test('of pytest: failures and errors, with what was escaped', () => {
    const report = `<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4">
      <testcase classname="tests.test_a" name="test_passes" time="0.1" />
      <testcase classname="tests.test_a" name="test_fails[&lt;x&gt;]" time="0.1"><failure message="assert 1 &lt; 0">E  assert 1 &lt; 0&#10;a.py:3</failure></testcase>
      <testcase classname="tests.test_a" name="test_breaks" time="0.1"><error message="failed on setup">boom</error></testcase>
      <testcase classname="tests.test_a" name="test_skips" time="0.1"><skipped message="no" /></testcase>
    </testsuite></testsuites>`
    expect(readJunitReport(report)).toEqual({
      passed: 1,
      skipped: 1,
      failures: [
        { name: 'tests.test_a test_fails[<x>]', message: 'E  assert 1 < 0\na.py:3' },
        { name: 'tests.test_a test_breaks', message: 'boom' },
      ],
    })
  })
})
