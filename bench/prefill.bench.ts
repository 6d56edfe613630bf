// Long prompts, one new token each: the engine beside transformers.js and node-llama-cpp. Once all
// prompts differ, once they share a long system message.
import { forEachConcurrently } from '../src/async/concurrency'
import type { Message } from '../src/shared/domain'
import { type Pair, print, type Row, rowOf } from './report'
import { responsesOf } from './support/data'
import { newEngine } from './support/engine'
import { optionsOf } from './support/options'
import { PeerProcess } from './support/peerProcess'
import { sampleWith } from './support/sampling'

const options = optionsOf({ prompts: '50', tokens: '2000' })
const count = options.number('prompts')
/** Of English text in the model's tokens. */
const CHARACTERS_PER_TOKEN = 4.4
const characters = Math.round(options.number('tokens') * CHARACTERS_PER_TOKEN)
/** Of each prompt, where it is shared. */
const SHARED = 0.75
const ONE_TOKEN = 1
const PROMPTS_AT_ONCE = 8
/** Of ours on two cores. */
const DECODERS = 2

/** Before anything is timed. Of two, the second leaves what it shares with the others in place. */
const WARM_UP = 2 * DECODERS
const { pools, source } = responsesOf(options.data, WARM_UP + count + 1)

/** Responses to one prompt, one after the other, up to a number of characters. */
function passage(pool: number, length: number): string {
  const texts = pools[pool % pools.length]!
  let text = ''
  for (let i = 0; text.length < length; i++) text += `${texts[i % texts.length]!}\n\n`
  return text.slice(0, length)
}

const kinds: { name: string; prompts: Message[][] }[] = [
  {
    name: 'different prompts',
    prompts: Array.from({ length: WARM_UP + count }, (_, i) => [
      { role: 'user', content: passage(i, characters) },
    ]),
  },
  {
    name: `${100 * SHARED} % of each prompt a shared system message`,
    prompts: Array.from({ length: WARM_UP + count }, (_, i) => [
      { role: 'system', content: passage(WARM_UP + count, characters * SHARED) },
      { role: 'user', content: passage(i, characters * (1 - SHARED)) },
    ]),
  },
]

const engine = newEngine()
const transformersJs = PeerProcess.node('bench/peers/transformersJs.mjs')
const llama = PeerProcess.llama('cpu')

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** As many requests at once as generation keeps in flight. */
const prefillOurs = (prompts: readonly Message[][]): Promise<number> =>
  seconds(() =>
    forEachConcurrently(
      prompts.entries(),
      new AbortController().signal,
      async ([place, messages]) => {
        await sampleWith(engine, 'cpu', messages, 1, ONE_TOKEN, place)
      },
      { width: () => PROMPTS_AT_ONCE },
    ),
  )

const prefillTransformersJs = (prompts: readonly Message[][]): Promise<number> =>
  seconds(async () => {
    for (const messages of prompts)
      await transformersJs.ask({
        command: 'sample',
        messages,
        n: 1,
        maxNewTokens: ONE_TOKEN,
        device: 'cpu',
      })
  })

const prefillLlama = (prompts: readonly Message[][]): Promise<number> =>
  seconds(() => llama.ask({ command: 'prefill', prompts }))

console.log(`${count} prompts of about ${options.number('tokens')} tokens from ${source}.`)
const rows: Row[] = []
for (const { name, prompts } of kinds) {
  const warmUp = prompts.slice(0, WARM_UP)
  await prefillOurs(warmUp)
  await prefillTransformersJs(warmUp)
  await prefillLlama(warmUp)
  const besideTransformersJs: Pair[] = []
  const besideLlama: Pair[] = []
  for (let run = 0; run < options.runs; run++) {
    // All runs together read each prompt once on every side.
    const part = prompts.slice(
      WARM_UP + Math.round((run * count) / options.runs),
      WARM_UP + Math.round(((run + 1) * count) / options.runs),
    )
    const ours = (await prefillOurs(part)) / part.length
    besideTransformersJs.push({ ours, peer: (await prefillTransformersJs(part)) / part.length })
    besideLlama.push({ ours, peer: (await prefillLlama(part)) / part.length })
    console.log(`${name}, run ${run + 1}: ${ours.toFixed(2)} s a prompt`)
  }
  const about = {
    name: `a prompt of ${options.number('tokens')} tokens, ${name}`,
    unit: 's',
    goal: 2,
  }
  rows.push(
    rowOf({ ...about, peerName: 'transformers.js generate' }, besideTransformersJs, 'less'),
    rowOf({ ...about, peerName: 'node-llama-cpp' }, besideLlama, 'less'),
  )
}
print('prefill', rows, options.json)
process.exit(0)
