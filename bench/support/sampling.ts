// Samples N responses per prompt with the engine, transformers.js and node-llama-cpp in turns, on
// the same prompts, settings and threads.
import type { EngineClient } from '../../src/processes/engineClient'
import type { Device, Message } from '../../src/shared/domain'
import { promptsOf } from './data'
import { GENERATOR, newEngine } from './engine'
import { peakMegabytes } from './memory'
import type { Options } from './options'
import { PeerProcess } from './peerProcess'
import { SAMPLING } from './settings'

/** Result of a run: the number of tokens, end tokens included, and the time to the last one. */
export interface Sampled {
  tokens: number
  seconds: number
}

export interface SampledRun {
  ours: Sampled
  transformersJs: Sampled
  llama: Sampled
  /** The result of `between`, called right after ours. */
  extra: number
}

export interface SampledRuns {
  runs: SampledRun[]
  megabytes: Record<'ours' | 'transformersJs' | 'llama', number | null>
}

/** For warm-up. */
const WARM_UP = { n: 2, maxNewTokens: 4 }

/** Requests N responses to one prompt. */
export async function sampleWith(
  engine: EngineClient,
  device: Device,
  messages: Message[],
  n: number,
  maxNewTokens: number,
  run: number,
): Promise<Sampled> {
  const sampling = { ...SAMPLING, maxNewTokens }
  const candidates = Array.from({ length: n }, (_, index) => ({ index, seed: run * n + index }))
  let tokens = 0
  const began = performance.now()
  await engine.request(
    'sample',
    { generator: { ...GENERATOR, device }, messages, candidates, sampling },
    {
      onProgress: (progress) => {
        if (progress.kind === 'candidate') tokens += progress.candidate.tokenCount ?? 0
      },
    },
  )
  return { tokens, seconds: (performance.now() - began) / 1000 }
}

/**
 * All sides take turns, so that a slower machine affects all of them. Models are loaded, and a few
 * tokens sampled, before anything is timed.
 */
export async function sampleInTurns(
  options: Options<'n' | 'max-new-tokens' | 'prompts' | 'device'>,
  between: () => Promise<number> = () => Promise.resolve(0),
): Promise<SampledRuns> {
  const { messages: prompts, source } = promptsOf(options.data, options.text('prompts'))
  const [n, maxNewTokens] = [options.number('n'), options.number('max-new-tokens')]
  const device = options.text('device') as Device
  const engine = newEngine()
  const transformersJs = PeerProcess.node('bench/peers/transformersJs.mjs')
  const llama = PeerProcess.llama(device)
  const ask = (
    peer: PeerProcess,
    messages: Message[],
    of: { n: number; maxNewTokens: number },
    seed: number,
  ): Promise<Sampled> => peer.ask({ command: 'sample', messages, ...of, seed, device })
  console.log(
    `N=${n}, at most ${maxNewTokens} new tokens, on ${device}; ${options.runs} of the ${prompts.length} prompts of ${source}.`,
  )

  const runs: SampledRun[] = []
  for (let run = 0; run < options.runs; run++) {
    // Evenly distributed over the file, whose prompts are grouped by kind.
    const messages = prompts[Math.floor((run * prompts.length) / options.runs) % prompts.length]!
    if (run === 0) {
      await sampleWith(engine, device, messages, WARM_UP.n, WARM_UP.maxNewTokens, run)
      await ask(transformersJs, messages, WARM_UP, run)
      await ask(llama, messages, WARM_UP, run)
    }
    const ours = await sampleWith(engine, device, messages, n, maxNewTokens, run)
    const extra = await between()
    const measured = {
      ours,
      extra,
      transformersJs: await ask(transformersJs, messages, { n, maxNewTokens }, run),
      llama: await ask(llama, messages, { n, maxNewTokens }, run),
    }
    runs.push(measured)
    console.log(
      `run ${run + 1}: ours ${described(measured.ours)}, transformers.js ${described(measured.transformersJs)}, node-llama-cpp ${described(measured.llama)}`,
    )
  }
  const megabytes = {
    ours: peakMegabytes(engine.pid),
    transformersJs: transformersJs.peakMegabytes,
    llama: llama.peakMegabytes,
  }
  await Promise.all([engine.dispose(), transformersJs.end(), llama.end()])
  return { runs, megabytes }
}

export const rate = ({ tokens, seconds }: Sampled): number => tokens / seconds

const described = (sampled: Sampled): string =>
  `${sampled.tokens} tokens in ${sampled.seconds.toFixed(1)} s (${rate(sampled).toFixed(0)}/s)`
