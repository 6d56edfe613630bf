// The engine to measure: the built one, in its own process, configured as by the command line.
import os from 'node:os'
import path from 'node:path'
import { EngineClient } from '../../src/processes/engineClient'

export const MODELS = path.resolve('models')
export const GENERATOR = { model: 'builtin:SmolLM2-135M-Instruct', device: 'cpu' } as const
export const EMBEDDER = { model: 'builtin:all-MiniLM-L6-v2', device: 'cpu' } as const

/** The default of the setting aepo.engine.kvCacheMegabytes. */
const KV_CACHE_BYTES = 1024 * 1_000_000

/** The hub address is unused, because all models are embedded. */
export function newEngine(): EngineClient {
  return new EngineClient({
    script: path.resolve('dist/engine.js'),
    config: {
      builtinModels: MODELS,
      cache: os.tmpdir(),
      hub: 'http://127.0.0.1:9',
      kvCacheBytes: KV_CACHE_BYTES,
      threads: 0,
    },
    onLog: () => undefined,
  })
}
