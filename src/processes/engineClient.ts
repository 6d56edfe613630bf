// The engine as its owner sees it: a forked process that starts on first use and again after it
// died. Imports no model code.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { EngineConfig, EngineOwnerSide, EngineSide } from '../shared/engineProtocol'
import { type Failure, FailureError, failureError } from '../shared/errors'
import { connect, type Peer, type Transport } from '../shared/rpc'

type LogEntry = EngineOwnerSide['notifications']['log']

export interface EngineClientOptions {
  /** The bundled engine, `dist/engine.js`. */
  script: string
  config: EngineConfig
  onLog: (entry: LogEntry) => void
  /**
   * The key for a server's origin; null when there is none. Without it no server is given a key.
   */
  serverKey?: (origin: string) => Promise<string | null>
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv
}

interface Running {
  child: ChildProcess
  peer: Peer<EngineSide>
  configured: Promise<unknown>
}

/** Not a fault of the engine: it is told to stop. */
const STOPPED: Failure = { code: 'cancelled', message: 'The engine was stopped.' }

export class EngineClient {
  private readonly options: EngineClientOptions
  private running: Running | undefined
  private disposed = false

  constructor(options: EngineClientOptions) {
    this.options = options
  }

  /**
   * Asks the engine, starting it when there is none. Rejects with `engine-died` when the process
   * ends before it has answered; the next call starts a new one.
   */
  readonly request: Peer<EngineSide>['request'] = async (method, params, options) => {
    if (this.disposed) throw new FailureError(STOPPED)
    const { peer, configured } = (this.running ??= this.start())
    await configured
    return peer.request(method, params, options)
  }

  /** The process id while an engine runs. */
  get pid(): number | undefined {
    return this.running?.child.pid
  }

  /** Stops the engine: pending calls reject with `cancelled`. Resolves when the process is gone. */
  async dispose(): Promise<void> {
    this.disposed = true
    const running = this.running
    if (!running) return
    const { child, peer } = running
    peer.close(STOPPED)
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  private start(): Running {
    const { script, config, env, serverKey } = this.options
    const child = fork(script, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1' },
    })
    const peer = connect<EngineOwnerSide, EngineSide>(
      transportTo(child),
      { serverKey: ({ origin }) => serverKey?.(origin) ?? null },
      { log: this.options.onLog },
    )
    const running: Running = { child, peer, configured: peer.request('configure', config) }
    running.configured.catch(() => undefined) // each request awaits and reports it
    if (child.stdout) this.forwardLines(child.stdout, 'info')
    if (child.stderr) this.forwardLines(child.stderr, 'warn')
    child.once('exit', (code, signal) =>
      this.ended(
        running,
        signal === null ? `with exit code ${code ?? 'unknown'}` : `by signal ${signal}`,
      ),
    )
    child.once('error', ({ message }) => this.ended(running, `before it started (${message})`))
    return running
  }

  private ended(running: Running, how: string): void {
    if (this.running === running) this.running = undefined
    running.peer.close(
      failureError('engine-died', `The engine process ended ${how}.`, {
        remedy: 'Start again: a new engine takes over where this one stopped.',
      }).failure,
    )
  }

  private forwardLines(stream: Readable, level: LogEntry['level']): void {
    createInterface({ input: stream }).on('line', (message) =>
      this.options.onLog({ level, message }),
    )
  }
}

function transportTo(child: ChildProcess): Transport {
  return {
    send: (message) => {
      // A channel that closes under a message is followed by `exit`, which rejects what was
      // pending.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage: (listener) => child.on('message', listener),
  }
}
