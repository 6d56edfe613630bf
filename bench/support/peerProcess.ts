// A peer in a separate process, so that its memory can be measured. Requests and replies are JSON,
// one per line.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Device } from '../../src/shared/domain'
import { peakMegabytes } from './memory'

/** Lines that do not start so are other output of the program. */
const REPLY = '{"reply":'
const KEPT_ERRORS = 20

export class PeerProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  private readonly lines: Interface
  private readonly errors: string[] = []

  private constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HF_HUB_OFFLINE: '1',
        TRANSFORMERS_VERBOSITY: 'error',
        TOKENIZERS_PARALLELISM: 'false',
      },
    })
    this.lines = createInterface({ input: this.child.stdout })
    createInterface({ input: this.child.stderr }).on('line', (line) => {
      this.errors.push(line)
      if (this.errors.length > KEPT_ERRORS) this.errors.shift()
    })
    process.once('exit', () => this.child.kill('SIGKILL'))
  }

  /** Runs `bench/peers/python/peer.py` in the Python environment of the peers. */
  static python(): PeerProcess {
    return new PeerProcess(environment('AEPO_BENCH_PYTHON'), ['bench/peers/python/peer.py'])
  }

  /** Runs a script of bench/peers with the Node of this process. */
  static node(script: string, ...args: string[]): PeerProcess {
    return new PeerProcess(process.execPath, [script, ...args])
  }

  /** Runs node-llama-cpp with the model of the benches. */
  static llama(device: Device): PeerProcess {
    return PeerProcess.node(
      'bench/peers/node-llama-cpp/peer.mjs',
      environment('AEPO_BENCH_LLAMA'),
      environment('AEPO_BENCH_GGUF'),
      device,
    )
  }

  /** Sends a request and waits for its reply. Only one request at a time. */
  ask<T>(request: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const onLine = (line: string): void => {
        if (!line.startsWith(REPLY)) return
        finish()
        resolve((JSON.parse(line) as { reply: T }).reply)
      }
      const onExit = (code: number | null): void => {
        finish()
        reject(new Error(`The peer ended (${code ?? 'by a signal'}).\n${this.errors.join('\n')}`))
      }
      const finish = (): void => {
        this.lines.off('line', onLine)
        this.child.off('exit', onExit)
      }
      this.lines.on('line', onLine)
      this.child.once('exit', onExit)
      this.child.stdin.write(`${JSON.stringify(request)}\n`)
    })
  }

  get peakMegabytes(): number | null {
    return peakMegabytes(this.child.pid)
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await exited
  }
}

/** A variable that bench/run.mjs sets. */
function environment(name: 'AEPO_BENCH_PYTHON' | 'AEPO_BENCH_LLAMA' | 'AEPO_BENCH_GGUF'): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: run benches with npm run bench.`)
  return value
}
