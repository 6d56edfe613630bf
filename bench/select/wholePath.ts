// From texts to a selection: embedding, similarities and search.
import type { EngineClient } from '../../src/processes/engineClient'
import { type Pair, type Row, rowOf } from '../report'
import { randomOf } from '../support/data'
import { EMBEDDER } from '../support/engine'
import { peakMegabytes } from '../support/memory'
import type { PeerProcess } from '../support/peerProcess'
import { LAMBDA, n, options, PEER } from './settings'

/** `n` distinct responses, from neighbouring prompts if one prompt has fewer. */
function textsOf(responses: readonly string[][], seed: number): string[] {
  const random = randomOf(seed)
  const first = Math.floor(random() * responses.length)
  const texts = new Set<string>()
  for (let i = 0; texts.size < n && i < responses.length; i++)
    for (const text of responses[(first + i) % responses.length]!)
      if (texts.size < n) texts.add(text)
  if (texts.size < n)
    throw new Error(`There are fewer than ${n} different responses: raise --prompts.`)
  return [...texts]
}

/**
 * The time from texts to a selection. The peer encodes 2N texts for each of N matrix rows; one row
 * is timed and multiplied by N.
 */
export async function wholePathRow(
  engine: EngineClient,
  responses: readonly string[][],
  peer: PeerProcess,
  searchMilliseconds: number,
): Promise<Row> {
  await engine.request('load', { ...EMBEDDER, role: 'embedder' })
  await peer.ask({ command: 'similarity-row', texts: ['to load', 'and warm up'] })
  const pairs: Pair[] = []
  for (let run = 0; run < options.runs; run++) {
    const texts = textsOf(responses, run)
    const began = performance.now()
    const { vectors, dim } = await engine.request('embed', { embedder: EMBEDDER, texts })
    const pool = texts.map((text, i) => ({ id: String(i), text, isCutOff: false, isSeen: false }))
    await engine.request('select', {
      pool,
      vectors,
      dim,
      settings: { method: 'aepo', k: 2, lambda: LAMBDA, guard: true },
      repeatedTexts: [],
      seed: 0,
    })
    const ours = (performance.now() - began) / 1000
    const { seconds } = await peer.ask<{ seconds: number }>({ command: 'similarity-row', texts })
    pairs.push({ ours, peer: seconds * n + searchMilliseconds / 1000 })
    console.log(
      `whole path, run ${run + 1}: ours ${ours.toFixed(1)} s, one row of the peer ${seconds.toFixed(1)} s`,
    )
  }
  return rowOf(
    {
      name: `whole path from texts, N=${n}, k=2`,
      unit: 's',
      peerName: `${PEER}, one matrix row times N`,
      goal: 150,
      oursMegabytes: peakMegabytes(engine.pid),
      peerMegabytes: peer.peakMegabytes,
    },
    pairs,
    'less',
  )
}
