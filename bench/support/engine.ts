// The engine under measurement: the built one, in its own process, as the command line starts it.
import os from 'node:os'
import path from 'node:path'
import { EngineClient } from '../../src/processes/engineClient'

export const MODELS = path.resolve('models')
export const GENERATOR = { model: 'builtin:SmolLM2-135M-Instruct', device: 'cpu' } as const
export const EMBEDDER = { model: 'builtin:all-MiniLM-L6-v2', device: 'cpu' } as const

/** The default of the setting aepo.engine.kvCacheMegabytes. */
const KV_CACHE_BYTES = 1024 * 1_000_000

/** No hub is asked: all that is needed is embedded. */
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
