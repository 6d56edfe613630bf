// What the calls need from outside: the engine, started when first used; folders; Ctrl+C.
import os from 'node:os'
import path from 'node:path'
import { serverOrigins } from '../core/formats/modelSettings'
import type { Curation } from '../curation/curation'
import { EngineClient } from '../processes/engineClient'
import type { Engine } from '../curation/engine'
import { UsageError } from './arguments'
import type { Output } from './output'
import { keysByOrigin, takeServerKey } from './serverKeys'

/** dist/ is beside models/ and training/, in a checkout and in the installed extension. */
const ROOT = path.resolve(__dirname, '..')

/** Set to nothing, a variable counts as not set. */
const cacheHome = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache')

export class Environment {
  readonly trainingFolder = path.join(ROOT, 'training')
  readonly cache = path.join(cacheHome, 'aepo-curation')
  private readonly interrupt = new AbortController()
  private listening = false
  /** That {@link signal} was aborted by. */
  stoppedBy: NodeJS.Signals | null = null
  private client: EngineClient | null = null
  private readonly serverKey = takeServerKey(process.env)

  /**
   * Aborted by the first Ctrl+C; a second one, or one where nothing asked for this, ends the
   * process at once.
   */
  get signal(): AbortSignal {
    if (!this.listening)
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => this.stop(signal))
    this.listening = true
    return this.interrupt.signal
  }

  /**
   * @throws UsageError when the servers of the curation cannot be told their keys, or a variable
   *   holds no number.
   */
  engine(output: Output, { settings }: Curation): Engine {
    const keyOf = keysByOrigin(this.serverKey, serverOrigins(settings))
    this.client ??= new EngineClient({
      script: path.join(__dirname, 'engine.js'),
      config: {
        builtinModels: path.join(ROOT, 'models'),
        cache: path.join(this.cache, 'models'),
        hub: process.env['HF_ENDPOINT'] || 'https://huggingface.co',
        kvCacheBytes: numberIn('AEPO_KV_CACHE_MEGABYTES', 1024) * 1_000_000,
        threads: numberIn('AEPO_THREADS', 0),
      },
      serverKey: (origin) => Promise.resolve(keyOf(origin)),
      onLog: ({ level, message }) => {
        if (level === 'warn' || level === 'error') output.message(message)
      },
    })
    return this.client
  }

  async dispose(): Promise<void> {
    await this.client?.dispose()
  }

  private stop(signal: NodeJS.Signals): void {
    this.stoppedBy = signal
    this.interrupt.abort()
  }
}

/** @throws UsageError for what is not a number from 0 on. */
function numberIn(variable: string, otherwise: number): number {
  const text = process.env[variable]?.trim() || String(otherwise)
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new UsageError(
      `The environment variable ${variable} holds “${text}”, which is not a number from 0 on.`,
    )
  return Number(text)
}
