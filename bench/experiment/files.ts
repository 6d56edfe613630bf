// Files of the experiment's working folder. Each is written whole or not at all: what is there is
// not made again.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { FinishReason } from '../../src/shared/domain'

/** One sampled response, as `torch.py` writes it. */
export interface Response {
  promptId: string
  text: string
  finishReason: Extract<FinishReason, 'stop' | 'length'>
  tokenCount: number
}

export class WorkFolder {
  constructor(readonly folder: string) {}

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts)
  }

  has(...parts: string[]): boolean {
    return existsSync(this.path(...parts))
  }

  write(name: string, text: string): string {
    const file = this.path(name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(`${file}.part`, text)
    renameSync(`${file}.part`, file)
    return file
  }

  writeJson(name: string, value: unknown): string {
    return this.write(name, `${JSON.stringify(value, null, 1)}\n`)
  }

  readJson(name: string): unknown {
    return JSON.parse(readFileSync(this.path(name), 'utf8')) as unknown
  }

  responses(name: string): Response[] {
    return readFileSync(this.path(name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Response)
  }
}
