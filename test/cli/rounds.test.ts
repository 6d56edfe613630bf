// The loop: sample, label, train; then the next round samples from the trained model, and its
// labels train again.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { aepo, aepoJson, initCuration, temporaryFolder, TINY_MODEL } from '../support/command'
import { jsonLines } from '../support/jsonLines'

const FILE = 'a.aepo.json'
const PROMPTS = Array.from({ length: 6 }, (_, index) => `Question ${index}: name a colour.`)
/** So far as the tiny model has to learn to say something else, and what it says may be cut off. */
const SETTINGS = ['maxSteps=12', 'learningRate=0.01', 'maxLength=128', 'cutOff=keep'].flatMap(
  (setting) => ['--set', setting],
)

let cwd: string
let python: string
let run: string

const linesOf = (name: string): Record<string, unknown>[] =>
  jsonLines(path.join(cwd, name)) as Record<string, unknown>[]
const candidatesOf = (round: number): Record<string, unknown>[] =>
  linesOf('a.aepo/candidates.jsonl').filter((line) => line['round'] === round)
const sampleAndLabel = async (): Promise<void> => {
  await aepoJson(['generate', FILE], { cwd })
  await aepoJson(['select', FILE], { cwd })
  await aepoJson(['annotate', FILE, '--rule', 'longest', '--annotator', 'rule'], { cwd })
}
const train = (...more: string[]): Promise<Record<string, unknown>> =>
  aepoJson(['train', FILE, '--model', TINY_MODEL, '--python', python, ...SETTINGS, ...more], {
    cwd,
  })

beforeAll(async () => {
  python = await installPython()
  cwd = temporaryFolder()
  await initCuration(cwd, FILE, PROMPTS, {
    model: TINY_MODEL,
    device: 'cpu',
    n: 4,
    'max-new-tokens': 12,
  })
  await sampleAndLabel()
}, 600_000)

it('a round is refused for a run that does not exist, did not finish, or is elsewhere', async () => {
  const begin = (generator: string): ReturnType<typeof aepo> =>
    aepo(['round', FILE, '--generator', generator, '--python', python], { cwd })
  expect((await begin('2026-01-01-dpo')).stderr).toMatch(/There is no run 2026-01-01-dpo\./)
  expect((await begin('./nowhere')).stderr).toMatch(/nowhere: There is no such folder\./)
  const file = path.join(cwd, FILE)
  expect(readFileSync(file, 'utf8')).not.toContain('"rounds"')
})

it('trains, and begins the next round with the model of the run', async () => {
  const { folder } = await train()
  run = path.basename(String(folder))
  const begun = await aepoJson(['round', FILE, '--generator', run, '--python', python], { cwd })
  expect(begun).toMatchObject({ round: 2, generator: { model: `run:${run}`, device: 'cpu' } })
  const { divergence, moved } = begun['built'] as { divergence: number; moved: number }
  expect(moved).toBeGreaterThan(0)
  expect(divergence).toBeLessThanOrEqual(moved / 10)
  expect(readdirSync(String(folder))).toEqual(expect.arrayContaining(['generator', 'model']))
  const { code, stderr } = await aepo(['round', FILE, '--generator', run], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/Round 2 has no candidates yet\./)
}, 900_000)

it('samples the next round from the trained model, and labels it beside the first', async () => {
  await sampleAndLabel()
  const [first, second] = [candidatesOf(1), candidatesOf(2)]
  expect([first.length, second.length]).toEqual([24, 24])
  const texts = new Set(first.map(({ text }) => text))
  expect(second.some(({ text }) => !texts.has(text))).toBe(true)
  const generations = new Set(second.map(({ generationId }) => generationId))
  const models = linesOf('a.aepo/candidates.jsonl')
    .filter(({ id }) => generations.has(id))
    .map(({ model }) => model)
  expect(models).toEqual([`run:${run}`])
  const status = await aepoJson(['status', FILE], { cwd })
  expect(status['rounds']).toMatchObject([
    { number: 1, run: null, candidates: 24 },
    { number: 2, run, candidates: 24, isShown: true },
  ])
  const { stdout } = await aepo(['status', FILE], { cwd })
  expect(stdout).toMatch(new RegExp(`^Round 2, from ${run}: 6 prompts, 24 of 24 candidates`, 'm'))
  // Six labels in each round: those counted are of the rounds that the pairs are of.
  expect(stdout).toMatch(/^Labels of all rounds: \d+ preference pairs\.$/m)
  expect(stdout).toMatch(/: 12 labelled; /)
  const ofSecond = await aepo(['status', FILE, '--round', '2'], { cwd })
  expect(ofSecond.stdout).toMatch(/^Labels of round 2: \d+ preference pairs\.$/m)
  expect(ofSecond.stdout).toMatch(/: 6 labelled; /)
  expect(ofSecond.stdout).not.toContain('Round 1,')
  const rows = async (...rounds: string[]): Promise<number> =>
    Number((await aepoJson(['export', FILE, ...rounds], { cwd }))['rows'])
  const of = (round: string): Promise<number> => rows('--rounds', round, '--cut-off', 'keep')
  expect(await of('1')).toBeGreaterThan(1)
  expect(await of('2')).toBeGreaterThan(1)
  expect(await of('1,2')).toBe((await of('1')) + (await of('2')))
  expect((await aepo(['export', FILE, '--rounds', '3'], { cwd })).stderr).toMatch(
    /--rounds: there is no round 3; the curation has 2 rounds\./,
  )
}, 300_000)

it('trains again: on the labels of all rounds, or of one', async () => {
  const rowsOf = async (...more: string[]): Promise<{ rows: number; round: unknown }> => {
    const { folder } = await train(...more, '--set', 'maxSteps=2', '--set', 'regression=false')
    const name = path.relative(cwd, String(folder))
    const file = JSON.parse(readFileSync(path.join(cwd, name, 'run.json'), 'utf8')) as object
    return {
      rows: linesOf(path.join(name, 'data.jsonl')).length,
      round: 'round' in file && file.round,
    }
  }
  const [all, second] = [await rowsOf(), await rowsOf('--rounds', '2')]
  expect([all.round, second.round]).toEqual([2, 2])
  expect(second.rows).toBeLessThan(all.rows)
  expect(second.rows).toBeGreaterThan(1)
}, 900_000)

it('writes the trained model as one folder, and says how other programs take it', async () => {
  const folder = `a.aepo/runs/${run}`
  const args = ['model', 'export', folder, '--to', 'merged', '--python', python]
  const { code, stdout, stderr } = await aepo(args, { cwd })
  expect(code, stderr).toBe(0)
  expect(readdirSync(path.join(cwd, 'merged'))).toEqual(
    expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
  )
  expect(stdout).toMatch(/vllm serve .*merged/)
  expect(stdout).toMatch(/convert_hf_to_gguf\.py/)
  expect(stdout).toMatch(/hf upload USER\/merged .*merged \. --private/)
  const card = readFileSync(path.join(cwd, 'merged/README.md'), 'utf8')
  expect(card).toMatch(/^---\nlibrary_name: transformers\n/)
  expect(card).toContain('- Base model: tiny-random.')
  expect(card).not.toContain(cwd)
  expect((await aepo(args, { cwd })).stderr).toMatch(/merged: This folder already exists\./)
}, 300_000)

it('imports a model in Hugging Face format, and samples a round from it', async () => {
  const imported = await aepoJson(
    ['model', 'import', 'merged', '--to', 'models/mine', '--python', python],
    { cwd },
  )
  expect(imported).toMatchObject({ precision: expect.any(String) as string })
  expect(existsSync(path.join(cwd, 'models/mine/onnx'))).toBe(true)
  await aepoJson(['round', FILE, '--generator', 'models/mine'], { cwd })
  expect(await aepoJson(['generate', FILE, '--limit', '1'], { cwd })).toMatchObject({
    generated: 4,
  })
  writeFileSync(path.join(cwd, 'x.gguf'), '')
  expect((await aepo(['model', 'import', 'x.gguf', '--to', 'y'], { cwd })).stderr).toMatch(
    /x\.gguf: This is neither a folder of a model nor a GGUF file/,
  )
}, 600_000)

it('writes the trained model as a GGUF file, which can be imported', async () => {
  const gguf = ['--format', 'gguf', '--python', python]
  const args = ['model', 'export', `a.aepo/runs/${run}`, '--to', 'mine.gguf', ...gguf]
  const exported = await aepoJson(args, { cwd })
  expect(exported['file']).toBe(path.join(cwd, 'mine.gguf'))
  expect((await aepo(args, { cwd })).stderr).toMatch(/mine\.gguf: This file already exists\./)
  expect(JSON.stringify(exported['lines'])).toMatch(/llama-server -m .*ollama create mine/)
  const imported = await aepoJson(
    ['model', 'import', 'mine.gguf', '--to', 'models/from-gguf', '--python', python],
    { cwd },
  )
  expect(imported).toMatchObject({ precision: 'int4' })
  const damaged = path.join(cwd, 'damaged.gguf')
  writeFileSync(damaged, readFileSync(path.join(cwd, 'mine.gguf')).subarray(0, 600))
  const refused = await aepo(['model', 'import', damaged, '--to', 'y', '--python', python], { cwd })
  expect([refused.code, existsSync(path.join(cwd, 'y'))]).toEqual([1, false])
  expect(refused.stderr).toMatch(/damaged\.gguf is not a readable GGUF file/)
}, 600_000)

it('writes an adapter and a GGUF file as folders that a run can train', async () => {
  for (const [source, to] of [
    [`a.aepo/runs/${run}/model`, 'of-adapter'],
    ['mine.gguf', 'of-gguf'],
  ] as const) {
    const args = ['model', 'export', source, '--to', to, '--python', python]
    expect(await aepoJson(args, { cwd })).toMatchObject({ folder: path.join(cwd, to) })
    const plan = ['train', FILE, '--model', to, '--set', 'cutOff=keep', '--dry-run']
    const { rows } = await aepoJson([...plan, '--python', python], { cwd })
    expect(rows, to).toBeGreaterThan(1)
  }
}, 300_000)

it('names the model of a run as a server calls it', async () => {
  const server = 'http://127.0.0.1:9/v1'
  const begun = await aepoJson(['round', FILE, '--generator', run, '--server', server], { cwd })
  expect(begun).toMatchObject({ round: 4, run, generator: { server, model: run }, built: null })
})
