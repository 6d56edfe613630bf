// Options and constants of the bench `select`.
import { optionsOf } from '../support/options'

export const options = optionsOf({
  n: '128',
  pools: '1000',
  /** Pools that the peer searches in each run; each takes it about 0.1 s. */
  'peer-pools': '40',
  /** Prompts whose judged responses are embedded for the pools, with --data. */
  prompts: '24',
})
export const n = options.number('n')
export const LAMBDA = 0.5
export const PEER = 'PyPI aepo'
