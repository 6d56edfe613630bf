// What `aepo` says about itself: help of all commands and of one, the version, and wrong options.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { aepo, type Outcome, ROOT, temporaryFolder } from '../support/command'

const COMMANDS = [
  'init',
  'import',
  'generate',
  'select',
  'status',
  'annotate',
  'judge',
  'keep',
  'export',
  'rows',
  'train',
  'runs',
  'report',
  'follow',
  'pause',
  'stop',
  'round',
  'evaluate',
  'model build',
  'model import',
  'model export',
]
const cwd = temporaryFolder()
const run = (...args: string[]): Promise<Outcome> => aepo(args, { cwd })

const matches = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => found)),
]
/** Commands in the lines of a help text that say how they are called. */
const called = (help: string): string[] => matches(help, /^ {2}aepo ([a-z]+(?: [a-z]+)?) [A-Z_]+/gm)

it.each([['--help'], ['-h'], ['help']])('%s lists every command', async (option) => {
  const { code, stdout, stderr } = await run(option)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(called(stdout)).toEqual(COMMANDS)
})

describe.each(COMMANDS)('%s --help', (name) => {
  let asked: Promise<Outcome>
  beforeAll(() => {
    asked = run(...name.split(' '), '--help')
  })

  it('describes the options of its usage, and no other command', async () => {
    const { code, stdout, stderr } = await asked
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(called(stdout)).toEqual([name])
    const usage = stdout.split('\n').filter((line) => line.startsWith('  aepo '))
    const described = matches(stdout, /^ {2}(?:-h, )?(--[\w-]+)( \S+)? {2,}\S/gm)
    expect(described.toSorted()).toEqual(
      [...matches(usage.join('\n'), /(--[\w-]+)/g), '--json', '--help'].toSorted(),
    )
  })

  it('is what its errors refer to; an unknown option is answered with the known ones', async () => {
    const { stdout: help } = await asked
    const { code, stdout, stderr } = await run(...name.split(' '), 'x.aepo.json', '--unknown', '1')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`${name} has no option “--unknown”`)
    expect(stderr).toContain(`See aepo ${name} --help.`)
    for (const option of matches(help, /(--[\w-]+)/g)) expect(stderr).toContain(option)
  })
})

it('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    version: string
  }
  expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

it.each([
  ['a value that is missing', ['init', 'x.aepo.json', '--n'], /--n needs a value/],
  ['an option in place of a value', ['init', 'x.aepo.json', '--n', '--k'], /--n needs a value/],
  ['a number that is none', ['init', 'x.aepo.json', '--n', 'many'], /--n takes a number.*“many”/],
  ['a flag with a value', ['status', 'x.aepo.json', '--json=1'], /--json takes no value/],
  ['a required option left out', ['init', 'x.aepo.json'], /--prompts is missing/],
  ['no file', ['status'], /No curation file/],
  ['two files', ['status', 'a.aepo.json', 'b.aepo.json'], /unexpected argument “b\.aepo\.json”/],
  ['a word that several commands begin with', ['model', 'x'], /model build, model import, model/],
  ['no operand', ['model', 'build'], /folder of a run is missing/],
  ['a name that objects inherit', ['constructor', 'x.aepo.json'], /no command “constructor”/],
])('%s is wrong use', async (_what, args, says) => {
  const { code, stdout, stderr } = await run(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(says)
})

it('a value may start with a dash after “=”', async () => {
  const { stderr } = await run('init', 'x.aepo.json', '--prompts', 'none.jsonl', '--lambda=-1')
  expect(stderr).toMatch(/lambda/)
  expect(stderr).not.toMatch(/needs a value/)
})
