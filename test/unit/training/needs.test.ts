// What a run needs, before its start: the size of a model, memory, time, and what is said of them.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { memorySentence } from '../../../src/core/training/needs/estimate'
import { adapterParameters, modelShapeOf } from '../../../src/core/training/needs/modelShape'
import { memoryNeed, operationsPerStep, rowLengths } from '../../../src/core/training/needs/needs'
import type { PairRow } from '../../../src/core/training/row'
import { defaultCommon } from '../../../src/core/training/settings/defaults'
import { measuredSpeed, runFacts, runNeeds } from '../../../src/training/needs'
import { TrainingRun } from '../../../src/training/trainingRun'
import { earlierRun, runFile, runsFolder } from './support/runs'

const MODELS = path.resolve(import.meta.dirname, '../../../models')
const config = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(MODELS, name, 'config.json'), 'utf8'))
const shapeOf = (name: string): NonNullable<ReturnType<typeof modelShapeOf>> =>
  modelShapeOf(config(name)) ?? expect.unreachable('the config is known')
const EMBEDDED = 'SmolLM2-135M-Instruct'
const LENGTHS = { mean: 150, longest: 200, sequences: 2 }

it('the parameters of a model follow from its config', () => {
  expect(shapeOf(EMBEDDED).parameters).toBe(134_515_008)
  const weights = statSync(path.join(MODELS, 'tiny-random/model.safetensors')).size / 4
  const { parameters } = shapeOf('tiny-random')
  expect(parameters / weights).toBeGreaterThan(0.97)
  expect(parameters).toBeLessThan(weights)
})

it('an adapter has numbers for each linear layer', () => {
  const { parameters, ...tiny } = shapeOf('tiny-random')
  const linear = 2 * (64 + 64) + 2 * (64 + 32) + 3 * (64 + 128)
  expect(adapterParameters({ parameters, ...tiny }, 4)).toBe(4 * 2 * linear)
})

it('other families are known by their keys; an unknown config has no shape', () => {
  const gpt2 = { n_embd: 768, n_layer: 12, n_head: 12, vocab_size: 50257 }
  expect(modelShapeOf(gpt2)?.parameters).toBeGreaterThan(120e6)
  expect(modelShapeOf({ text_config: config('tiny-random') })).toEqual(shapeOf('tiny-random'))
  expect(modelShapeOf({ vocab_size: 5 })).toBeNull()
  expect(modelShapeOf(null)).toBeNull()
})

it('memory grows with batch and length, and by a second copy and the optimiser without an adapter', () => {
  const shape = shapeOf(EMBEDDED)
  const lora = defaultCommon(14)
  const base = memoryNeed(shape, lora, LENGTHS, 'cpu')
  const doubled = memoryNeed(shape, { ...lora, batchSize: 2 * lora.batchSize }, LENGTHS, 'cpu')
  expect(doubled.activations).toBe(2 * base.activations)
  expect(doubled.weights).toBe(base.weights)
  const full = memoryNeed(shape, { ...lora, lora: false }, LENGTHS, 'cpu')
  expect(full.reference).toBe(full.weights)
  expect(full.optimiser).toBe(3 * full.weights)
  expect(memoryNeed(shape, lora, LENGTHS, 'gpu').total).toBeLessThan(base.total)
  const sharded = (sharding: 'fsdp' | 'zero-2') =>
    memoryNeed(shape, { ...lora, processes: 4, sharding }, LENGTHS, 'cpu')
  expect(sharded('fsdp')).toMatchObject({
    weights: base.weights / 4,
    optimiser: base.optimiser / 4,
    activations: base.activations,
  })
  expect(sharded('zero-2').weights).toBe(base.weights)
  const parts = ['weights', 'reference', 'optimiser', 'activations', 'scores', 'libraries'] as const
  expect(parts.reduce((sum, part) => sum + base[part], 0)).toBe(base.total)
})

it('the lengths of rows follow from their characters, up to the limit', () => {
  const message = (content: string) => [{ role: 'assistant' as const, content }]
  const row: PairRow = {
    promptId: 'p',
    prompt: [{ role: 'user', content: 'x'.repeat(40) }],
    chosen: message('y'.repeat(80)),
    rejected: message('z'.repeat(4000)),
    chosenEnd: 'stop',
    rejectedEnd: 'stop',
  }
  expect(rowLengths([row], 512)).toEqual({ mean: (50 + 512) / 2, longest: 512, sequences: 2 })
  expect(rowLengths([], 512)).toEqual({ mean: 512, longest: 512, sequences: 2 })
})

it('too little memory is said, with what takes less', () => {
  const needed = { needed: 3e9, free: 2e9, device: 'cpu' as const }
  expect(memorySentence(needed)).toEqual({
    text: 'The run needs about 3 GB of memory, and 2 GB are free: a lower batchSize or maxLength takes less.',
    isTooMuch: true,
  })
  expect(memorySentence({ ...needed, free: 4e9 }).isTooMuch).toBe(false)
})

it('time comes from a run like it, then from the speed of another run, then from a guess', async () => {
  const common = defaultCommon(14)
  const file = { ...runFile(), model: path.join(MODELS, 'tiny-random'), common }
  const needsAfter = async (runs: TrainingRun[]): Promise<ReturnType<typeof runNeeds>['time']> =>
    runNeeds(
      file,
      50,
      LENGTHS,
      runFacts(file.model, MODELS, runs, await measuredSpeed(runs, MODELS)),
    ).time
  const guess = await needsAfter([])
  expect(guess).toMatchObject({ isRough: true })
  expect(guess?.seconds).toBeGreaterThan(0)

  const parent = runsFolder()
  const run = async (id: string, change: object): Promise<TrainingRun> => {
    const folder = earlierRun(
      parent,
      [
        { event: 'start', step: 0, time: 0 },
        { event: 'log', step: 10, time: 30, figures: { loss: 0.5 } },
        { event: 'end', step: 10, time: 99 },
      ],
      id,
    )
    writeFileSync(path.join(folder, 'run.json'), JSON.stringify({ ...file, id, ...change }))
    const row = { role: 'user', content: 'x'.repeat(520) }
    const answer = [{ role: 'assistant', content: '' }]
    const content = { promptId: 'p', prompt: [row], chosen: answer, rejected: answer }
    const ends = { chosenEnd: 'stop', rejectedEnd: 'stop' }
    writeFileSync(path.join(folder, 'data.jsonl'), JSON.stringify({ ...content, ...ends }))
    return TrainingRun.open(folder)
  }
  const other = await run('2026-01-01T00-00-00-dpo', { common: { ...common, maxLength: 77 } })
  const speed = await measuredSpeed([other], MODELS)
  const shape = shapeOf('tiny-random')
  const lengths = { mean: 77, longest: 77, sequences: 2 }
  expect(speed).toBeCloseTo(operationsPerStep(shape, common, lengths) / 3)
  const fromOther = await needsAfter([other])
  expect(fromOther?.isRough).toBe(true)
  expect(fromOther?.seconds).toBeCloseTo((50 * 3 * 175) / 77)
  const later = await run('2026-01-03T00-00-00-dpo', { common: { ...common, maxLength: 99 } })
  writeFileSync(path.join(later.folder, 'data.jsonl'), '{"promptId": "p", "pro\n')
  expect(await measuredSpeed([other, later], MODELS), 'a damaged run is passed over').toBe(speed)
  expect(await needsAfter([await run('2026-01-02T00-00-00-dpo', {})])).toEqual({
    seconds: 150,
    isRough: false,
  })
})
