// Throughput of N responses to one prompt: this engine beside transformers.js, node-llama-cpp, and
// the machine's arithmetic.
import { print, type Row, rowOf } from './report'
import { operationsPerToken, PeakMeter } from './support/arithmeticLimit'
import { optionsOf } from './support/options'
import { rate, type SampledRun, sampleInTurns } from './support/sampling'

const options = optionsOf({
  n: '128',
  'max-new-tokens': '128',
  /** JSONL with a field `prompt`; else MT-Bench in the folder of --data; else the sample's. */
  prompts: '',
  /** Another than the CPU for all three; node-llama-cpp takes the GPU that it finds. */
  device: 'cpu',
})
const n = options.number('n')
const meter = await PeakMeter.create()
const { runs, megabytes } = await sampleInTurns(options, () => meter.operationsPerSecond())

/** The machine's, not the run's: another program's work lowers what a run measures. */
const peak = Math.max(...runs.map(({ extra }) => extra))
/**
 * Half of a row's own tokens lie before a token of it in the mean. The prompt is left out: a lower
 * limit would flatter us.
 */
const limit = ({ ours }: SampledRun): number => peak / operationsPerToken(ours.tokens / n / 2)

function rowsBeside(key: 'transformersJs' | 'llama', peerName: string, goal: number): Row[] {
  const about = { peerName, oursMegabytes: megabytes.ours, peerMegabytes: megabytes[key] }
  return [
    rowOf(
      { ...about, name: `useful tokens per second, N=${n}`, unit: 'tokens/s', goal },
      runs.map((run) => ({ ours: rate(run.ours), peer: rate(run[key]) })),
      'more',
    ),
    rowOf(
      { ...about, name: `time to the last candidate, N=${n}`, unit: 's' },
      runs.map((run) => ({ ours: run.ours.seconds, peer: run[key].seconds })),
      'less',
    ),
  ]
}

/** Of the CPU. */
function shareOfLimit(): Row {
  return rowOf(
    {
      name: `share of the arithmetic limit, N=${n}`,
      unit: 'tokens/s',
      peerName: 'float32 peak / operations per token',
      goal: 0.45,
      oursMegabytes: megabytes.ours,
    },
    runs.map((run) => ({ ours: rate(run.ours), peer: limit(run) })),
    'more',
  )
}

console.log(
  `Peak of float32 in the runs: ${runs.map(({ extra }) => (extra / 1e9).toFixed(0)).join(', ')} billion operations per second.`,
)
print(
  'sample',
  [
    ...rowsBeside('transformersJs', 'transformers.js generate', 5),
    ...rowsBeside('llama', 'node-llama-cpp', 3),
    ...(options.text('device') === 'cpu' ? [shareOfLimit()] : []),
  ],
  options.json,
)
process.exit(0)
