// A simulation as the host would send it.
import { adviceOf } from '../../../src/core/simulation/advice'
import type { RuleFigures, SimulationReport } from '../../../src/shared/simulation'
import type { SimulationResult, SimulationView } from '../../../src/shared/simulationView'

const figures = (
  rule: string,
  budget: number,
  gain: number,
  reach: number,
  lambda: number | null = null,
): RuleFigures => ({
  rule,
  lambda,
  n: 8,
  k: 2,
  budget,
  labels: budget,
  accuracy: 0.765 + budget / 20_000 + gain,
  gain,
  low: gain - reach,
  high: gain + reach,
  bestOfN: 0.31 + budget / 5000,
  bestOfNGain: 0,
  bestOfNLow: 0,
  bestOfNHigh: 0,
  decisive: 1,
  nearTies: rule === 'oracle-best-worst' ? 0.38 : 0.65,
  coverage: 0.85,
})

export const REPORT: SimulationReport = {
  rules: [
    ...[50, 100, 200].map((budget) => figures('random', budget, 0, 0)),
    ...[50, 100, 200].map((budget) => figures('aepo', budget, 0.006, 400 / budget / 1000, 0.5)),
    ...[50, 100, 200].map((budget) => figures('d-optimal', budget, -0.004, 0.003)),
    ...[50, 100, 200].map((budget) => figures('oracle-best-worst', budget, 0.014, 0.006)),
  ],
  baselines: [
    { baseline: 'longest', accuracy: 0.762, low: 0.747, high: 0.777, bestOfN: 0.3 },
    { baseline: 'shortest', accuracy: 0.238, low: 0.223, high: 0.253, bestOfN: 0.05 },
    { baseline: 'first', accuracy: 0.672, low: 0.657, high: 0.687, bestOfN: 0.21 },
  ],
  pool: {
    prompts: 202,
    responses: 11_542,
    heldOut: 51,
    seeds: 12,
    degenerate: 0,
    kinds: [],
    guard: true,
    embedder: 'builtin:all-MiniLM-L6-v2',
  },
}

export const RESULT: SimulationResult = {
  report: REPORT,
  advice: adviceOf(REPORT),
  source: 'judged.jsonl',
}

export const simulation = (change: Partial<SimulationView> = {}): SimulationView => ({
  calls: 1,
  file: null,
  choice: {
    rules: ['aepo', 'd-optimal', 'oracle-best-worst'],
    budgets: [50, 100, 200],
    n: 8,
    k: 2,
    splits: 12,
  },
  rules: [
    'aepo',
    'farthest',
    'k-centre',
    'k-dpp',
    'd-optimal',
    'v-optimal',
    'uncertain',
    'adaptive',
    'oracle-best-worst',
    'oracle-sweet-spot',
  ],
  progress: null,
  failure: null,
  result: null,
  ...change,
})
