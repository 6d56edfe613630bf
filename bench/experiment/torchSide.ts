// Runs `torch_side.py` with the interpreter that training runs use.
import { spawn } from 'node:child_process'
import path from 'node:path'
import type { WorkFolder } from './files'

export interface SampleJob {
  /** Folder of a trained adapter in the working folder; null for the base model. */
  adapter: string | null
  /** File of prompts in the working folder. */
  prompts: string
  /** Responses per prompt. */
  n: number
  seed: number
  maxNewTokens: number
  /** File of the responses in the working folder. */
  out: string
}

export class TorchSide {
  constructor(
    private readonly work: WorkFolder,
    private readonly python: string,
    private readonly model: string,
  ) {}

  /** @param batch responses sampled at once. */
  async sample(jobs: readonly SampleJob[], batch: number): Promise<void> {
    this.work.writeJson('jobs.json', jobs)
    await this.run(['sample', '--jobs', 'jobs.json', '--batch', String(batch)])
  }

  /** @param parallel runs trained at once. */
  async train(runs: readonly string[], parallel: number): Promise<void> {
    this.work.writeJson('runs.json', runs)
    await this.run(['train', '--runs', 'runs.json', '--parallel', String(parallel)])
  }

  private async run(args: readonly string[]): Promise<void> {
    const script = path.resolve('bench/experiment/torch_side.py')
    const given = ['--work', this.work.folder, '--model', this.model]
    const child = spawn(this.python, [script, ...args, ...given], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PYTHONPATH: path.resolve('training/src'),
        TOKENIZERS_PARALLELISM: 'false',
      },
    })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', resolve)
    })
    if (code !== 0) throw new Error(`${args[0]} ended with exit code ${code}.`)
  }
}
