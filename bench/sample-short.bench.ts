// Latency of a few responses to one prompt: the time to the last one, beside transformers.js and
// node-llama-cpp.
import { print, rowOf } from './report'
import { optionsOf } from './support/options'
import { sampleInTurns } from './support/sampling'

const options = optionsOf({ n: '8', 'max-new-tokens': '128', prompts: '', device: 'cpu' })
const { runs, megabytes } = await sampleInTurns(options)
const about = {
  name: `time to the last candidate, N=${options.number('n')}`,
  unit: 's',
  goal: 2,
  oursMegabytes: megabytes.ours,
}
print(
  'sample-short',
  [
    rowOf(
      { ...about, peerName: 'transformers.js generate', peerMegabytes: megabytes.transformersJs },
      runs.map(({ ours, transformersJs }) => ({
        ours: ours.seconds,
        peer: transformersJs.seconds,
      })),
      'less',
    ),
    rowOf(
      { ...about, peerName: 'node-llama-cpp', peerMegabytes: megabytes.llama },
      runs.map(({ ours, llama }) => ({ ours: ours.seconds, peer: llama.seconds })),
      'less',
    ),
  ],
  options.json,
)
process.exit(0)
