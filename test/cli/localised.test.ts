// The command line in another language: help, errors of each layer, results.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { ROOT, temporaryFolder, TINY_MODEL } from '../support/command'
import { markedTranslations, unmarked } from '../support/markedLanguage'
import { annotate, judgedCuration } from './support/training'

const cwd = temporaryFolder()
const installed = path.join(temporaryFolder(), 'extension')

beforeAll(() => {
  mkdirSync(path.join(installed, 'dist'), { recursive: true })
  for (const file of ['cli.js', 'engine.js', 'decoder.js', 'drawing.js', 'embedding.js'])
    cpSync(path.join(ROOT, 'dist', file), path.join(installed, 'dist', file))
  for (const folder of ['dist/node_modules', 'models', 'training'])
    symlinkSync(path.join(ROOT, folder), path.join(installed, folder))
  mkdirSync(path.join(installed, 'l10n'))
  writeFileSync(
    path.join(installed, 'l10n/bundle.l10n.eo.json'),
    JSON.stringify(markedTranslations()),
  )
  writeFileSync(path.join(cwd, 'p.jsonl'), '{"prompt": "Name a colour."}\n')
})

function aepo(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(installed, 'dist/cli.js'), ...args],
      { cwd, env: { ...process.env, LC_ALL: 'eo.UTF-8' } },
      (_error, stdout, stderr) => resolve({ stdout, stderr }),
    )
  })
}

it.each([[['--help']], [['annotate', '--help']]])(
  '%j is translated, but for syntax',
  async (args) => {
    const { stdout } = await aepo(...args)
    expect(stdout).toContain('«')
    const isSyntax = (line: string): boolean => /^ *(aepo .*|(-h, )?--.*)$/.test(line.trimEnd())
    expect(
      unmarked(stdout)
        .split('\n')
        .filter((line) => line.trim() !== '' && !isSyntax(line)),
    ).toEqual([])
  },
)

it('so are wrong use, results, and failures of the store and the engine', async () => {
  expect(unmarked((await aepo('status')).stderr)).toBe('aepo:')
  const init = ['init', '--prompts', 'p.jsonl', '--n', '2', '--device', 'cpu']
  expect(unmarked((await aepo(...init, 'a.aepo.json', '--model', TINY_MODEL)).stdout)).toBe('')
  expect(unmarked((await aepo('status', 'none.aepo.json')).stderr)).toMatch(
    /^aepo: \S+none\.aepo\.json:$/,
  )
  await aepo(...init, 'b.aepo.json', '--model', path.join(cwd, 'no-model'))
  expect(unmarked((await aepo('generate', 'b.aepo.json')).stderr)).toMatch(
    /^aepo: \S+no-model:\s*$/,
  )
})

it('so is what the training runner says of rows and models', async () => {
  const python = await installPython()
  const labelled = await judgedCuration(12)
  await annotate(labelled)
  const train = (model: string, ...settings: string[]): Promise<{ stderr: string }> =>
    aepo(
      'train',
      path.join(labelled, 'a.aepo.json'),
      ...['--model', model, '--python', python],
      ...settings.flatMap((setting) => ['--set', setting]),
    )
  expect(unmarked((await train(TINY_MODEL, 'maxLength=8')).stderr)).toMatch(
    /^aepo: \S+a\.dpo\.jsonl:\s*$/,
  )
  const empty = temporaryFolder()
  expect(unmarked((await train(empty)).stderr)).toBe('aepo:')
}, 300_000)
