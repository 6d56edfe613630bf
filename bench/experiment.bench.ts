// One experiment from end to end: candidates of the embedded model, selection by several rules,
// annotation by a judge, DPO, evaluation on held-out prompts. `npm run experiment`.
import os from 'node:os'
import path from 'node:path'
import { buildPython } from '../src/processes/pythonEnvironment'
import { buildTrainableModel } from '../src/processes/trainableModel'
import type { SelectionMethod } from '../src/shared/domain'
import { readJudgedPool } from '../src/simulation/judgedPool'
import { type Design, splitPrompts } from './experiment/design'
import { Experiment } from './experiment/experiment'
import { WorkFolder } from './experiment/files'
import { byPromptId } from './experiment/scores'
import { TorchSide } from './experiment/torchSide'
import { newEngine } from './support/engine'
import { optionsOf } from './support/options'

const JUDGED = 'alpaca_eval_judged.dev.jsonl.gz'
const CACHE = path.join(os.homedir(), '.cache/aepo-curation')
const STAGES = ['candidates', 'labels', 'runs', 'report'] as const

const options = optionsOf({
  folder: path.join(CACHE, 'experiment'),
  rules: 'random,aepo,farthest',
  n: '8,32',
  labels: '60,120',
  seeds: '3',
  /** Judged prompts to use, the first of the file; all of AlpacaEval's 202 by default. */
  prompts: '1000',
  responses: '8',
  tokens: '256',
  /** Responses sampled at once. */
  batch: '64',
  /** Runs trained at once. */
  parallel: '1',
  /** The last stage: candidates, labels, runs or report. */
  until: 'report',
})
if (options.data === '') throw new RangeError(`--data names a folder with ${JUDGED}.`)
const numbers = (text: string): number[] => text.split(',').map(Number)
const design: Design = {
  rules: options.text('rules').split(',') as SelectionMethod[],
  sizes: numbers(options.text('n')),
  budgets: numbers(options.text('labels')),
  seeds: options.number('seeds'),
  responses: options.number('responses'),
  maxNewTokens: options.number('tokens'),
}
const judged = await readJudgedPool(path.join(options.data, JUDGED))
const pools = judged.slice(0, options.number('prompts'))
const prompts = splitPrompts(pools.map(({ prompt }) => [{ role: 'user', content: prompt }]))
const work = new WorkFolder(path.resolve(options.text('folder')))
const tools = {
  trainingFolder: path.resolve('training'),
  cache: CACHE,
  signal: new AbortController().signal,
  onLine: (line: string) => console.log(line),
}
const python = await buildPython(tools)
const trainable = await buildTrainableModel({ ...tools, python })
const engine = newEngine()
try {
  const experiment = new Experiment({
    design,
    prompts,
    pools: byPromptId([...prompts.train, ...prompts.heldOut], pools),
    work,
    torch: new TorchSide(work, python, trainable),
    trainable,
    engine,
    batch: options.number('batch'),
    parallel: options.number('parallel'),
  })
  for (const stage of STAGES) {
    await experiment[stage]()
    if (stage === options.text('until')) break
  }
} finally {
  await engine.dispose()
}
