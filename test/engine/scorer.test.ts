// A reward model in the engine: one that scores a text by the largest id of its tokens.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runInto } from '../../src/engine/runtime/sessions'
import { modelBytes } from '../../src/engine/runtime/smallGraphs'
import { Scorer } from '../../src/engine/scoring/scorer'
import { temporaryFolder } from '../support/temporaryFolder'
import { scoringGraph, TOKEN_IDS } from './support/graphs'
import { TINY, never } from './support/models'

const copyingGraph = modelBytes(
  [{ operator: 'Identity', inputs: ['input_ids'], output: 'copy' }],
  [TOKEN_IDS],
  [{ ...TOKEN_IDS, name: 'copy' }],
)

function rewardModel(): string {
  const folder = temporaryFolder()
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(path.join(TINY, name), path.join(folder, name))
  mkdirSync(path.join(folder, 'onnx'))
  writeFileSync(path.join(folder, 'onnx/model.onnx'), scoringGraph(1))
  return folder
}

it('scores while another graph writes into given tensors', async () => {
  const scorer = await Scorer.load({ folder: rewardModel(), graph: 'onnx/model.onnx' }, 'cpu', 1)
  const copying = await InferenceSession.create(copyingGraph)
  const messages = [{ role: 'user' as const, content: 'Hello' }]
  const alone = await scorer.score([{ messages, text: 'A text' }], never)
  const one = (value: bigint): Tensor => new Tensor('int64', BigInt64Array.of(value), [1, 1])
  const copy = one(0n)
  const [scored] = await Promise.all([
    scorer.score([{ messages, text: 'A text' }], never),
    runInto(copying, { input_ids: one(7n) }, { copy }),
  ])
  expect(scored).toEqual(alone)
  expect(copy.data).toEqual(BigInt64Array.of(7n))
  await scorer.dispose()
  await copying.release()
})
