// `npm start`: with a desktop's VS Code (its command `code` is a stub that writes down what it is
// asked), and with code-server, twice.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installCodeServer } from '../../scripts/lib/codeServer.mjs'
import { vsixPath } from '../../scripts/lib/vsix.mjs'

const ROOT = join(import.meta.dirname, '../..')
const SAMPLES = join(ROOT, 'samples')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aepo-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('with the command code', () => {
  /** A `code` that notes its arguments, then does as it is told. */
  function stub(does: string): NodeJS.ProcessEnv {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(
      join(bin, 'code'),
      `#!/bin/sh\nprintf '%s\\n' "$*" >> "${join(folder, 'calls')}"\n${does}\n`,
    )
    chmodSync(join(bin, 'code'), 0o755)
    return { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) }
  }

  const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n')
  const start = (env: NodeJS.ProcessEnv): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [join(ROOT, 'scripts/start.mjs')], { env })
  const expected = [
    '--version',
    `--install-extension ${vsixPath()} --force`,
    `--new-window ${SAMPLES} ${join(SAMPLES, 'first-labels.aepo.json')}`,
  ]

  test('npm start installs the extension and opens the sample in a window of its own, and does so again', async () => {
    const env = stub('exit 0')
    for (const round of [1, 2]) {
      const { stdout } = await start(env)
      expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Opened ${SAMPLES} in VS Code.`)
      expect(calls()).toEqual(Array.from({ length: round }, () => expected).flat())
    }
  })

  test('one that fails is said so in a line, after what it said itself', async () => {
    const env = stub(
      '[ "$1" = --install-extension ] && { echo "EACCES: extensions" >&2; exit 1; }; exit 0',
    )
    await expect(start(env)).rejects.toMatchObject({
      code: 1,
      stderr:
        'EACCES: extensions\nInstalling the extension by the command "code" ended with code 1.\n',
    })
  })
})

describe('with code-server', () => {
  /** A cache of this test's own, in which code-server is installed already. */
  async function environment(): Promise<NodeJS.ProcessEnv> {
    const { folder: installed } = await installCodeServer()
    const cache = join(folder, 'cache/aepo-curation')
    mkdirSync(cache, { recursive: true })
    symlinkSync(installed, join(cache, installed.split('/').at(-1) ?? ''))
    return { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') }
  }

  interface Started {
    process: ChildProcess
    lines: AsyncIterableIterator<string>
    ended: Promise<{ code: number | null; errors: string }>
  }

  function serve(env: NodeJS.ProcessEnv, options: object = {}): Started {
    const program = `
      import { serve } from ${JSON.stringify(join(ROOT, 'scripts/lib/open.mjs'))}
      import { script } from ${JSON.stringify(join(ROOT, 'scripts/lib/run.mjs'))}
      await script(() => serve(${JSON.stringify(vsixPath())}, ${JSON.stringify(options)}))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    return {
      process: child,
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
      ended: once(child, 'close').then(([code]) => ({ code: code as number | null, errors })),
    }
  }

  async function addressOf({ lines }: Started): Promise<{ address: string; said: string[] }> {
    const said: string[] = []
    for await (const line of lines) {
      if (line.startsWith('http://')) return { address: line, said }
      said.push(line)
    }
    throw new Error(`No address was printed: ${said.join('\n')}`)
  }

  test('a second npm start gives the address of the first; after Ctrl+C a third starts anew, and ends with its terminal', async () => {
    const env = await environment()
    const first = serve(env)
    const { address } = await addressOf(first)
    expect((await fetch(address)).status).toBe(200)

    const second = serve(env)
    const again = await addressOf(second)
    expect(again.address).toBe(address)
    expect(again.said.at(-1)).toMatch(/^VS Code was open already, from an earlier npm start/)
    expect(await second.ended).toEqual({ code: 0, errors: '' })
    const elsewhere = serve(env, { port: '1' })
    expect(await elsewhere.ended).toEqual({
      code: 1,
      errors: `code-server runs already, at ${new URL(address).origin}: end it with Ctrl+C in its terminal, then run this again.\n`,
    })

    first.process.kill('SIGINT')
    expect((await first.ended).code).toBe(0)
    const third = serve(env)
    await addressOf(third)
    third.process.kill('SIGHUP')
    expect((await third.ended).code).toBe(0)
  })

  test('a port in use is named, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const port = String((other.address() as AddressInfo).port)
    try {
      expect(await serve(await environment(), { port }).ended).toEqual({
        code: 1,
        errors: `Port ${port} of 127.0.0.1 is in use by another program: choose another one with --port.\n`,
      })
    } finally {
      other.close()
    }
  })
})
