// What commands need from outside: the engine, which starts on first use; folders; Ctrl+C.
import * as l10n from '@vscode/l10n'
import os from 'node:os'
import path from 'node:path'
import { serverOrigins } from '../core/formats/modelSettings'
import type { Curation } from '../curation/curation'
import { EngineClient } from '../processes/engineClient'
import type { Engine } from '../curation/engine'
import { translationFile } from './localise'
import type { Output } from './output'
import { ROOT } from './paths'
import { keysByOrigin, takeServerKey } from './serverKeys'
import { UsageError } from './usageError'

/** An empty variable counts as not set. */
const cacheHome = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache')

export class Environment {
  readonly trainingFolder = path.join(ROOT, 'training')
  readonly cache = path.join(cacheHome, 'aepo-curation')
  private readonly interrupt = new AbortController()
  private listening = false
  /** The signal that aborted {@link signal}. */
  stoppedBy: NodeJS.Signals | null = null
  private client: EngineClient | null = null
  private readonly serverKey = takeServerKey(process.env)

  /**
   * Aborted by the first Ctrl+C. A second one ends the process at once, and so does the first one
   * if nothing has read this property.
   */
  get signal(): AbortSignal {
    if (!this.listening)
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => this.stop(signal))
    this.listening = true
    return this.interrupt.signal
  }

  /**
   * @param curation names the servers that may get the key; without it none may.
   * @throws UsageError if it is ambiguous which server a key is for, or a variable is not a number.
   */
  engine(output: Output, curation?: Curation): Engine {
    const origins = curation ? serverOrigins(curation.settings) : []
    const keyOf = keysByOrigin(this.serverKey, origins)
    this.client ??= new EngineClient({
      script: path.join(__dirname, 'engine.js'),
      config: {
        builtinModels: path.join(ROOT, 'models'),
        cache: path.join(this.cache, 'models'),
        hub: process.env['HF_ENDPOINT'] || 'https://huggingface.co',
        kvCacheBytes: numberIn('AEPO_KV_CACHE_MEGABYTES', 1024) * 1_000_000,
        threads: numberIn('AEPO_THREADS', 0),
      },
      translations: translationFile,
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

/** @throws UsageError if the variable is not a non-negative number. */
function numberIn(variable: string, otherwise: number): number {
  const text = process.env[variable]?.trim() || String(otherwise)
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new UsageError(
      l10n.t`The environment variable ${variable} holds “${text}”, which is not a non-negative number.`,
    )
  return Number(text)
}
