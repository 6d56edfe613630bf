// A folder with a curation file and its prompts, gone after the test.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { CurationFileInput } from '../../../../src/core/formats/curationFile'
import { Curation, type OpenOptions } from '../../../../src/curation/curation'
import type { Engine } from '../../../../src/curation/engine'
import { generate, type GenerateOptions } from '../../../../src/curation/generation/generate'
import { jsonLines } from '../../../support/jsonLines'
import { temporaryFolder } from '../../../support/temporaryFolder'
import { FakeEngine } from './fakeEngine'

type Settings = Partial<CurationFileInput>

/** Nothing is reported and nothing is cancelled. */
export const QUIETLY = { signal: new AbortController().signal, onActivity: () => undefined }

export class CurationFolder {
  readonly path = temporaryFolder()
  readonly file = this.inside('a.aepo.json')

  constructor(prompts: readonly string[], settings: Settings = {}) {
    this.ask(prompts)
    this.set(settings)
  }

  inside(name: string): string {
    return path.join(this.path, name)
  }

  read(name: string): string {
    return readFileSync(this.inside(name), 'utf8')
  }

  write(name: string, content: string): string {
    writeFileSync(this.inside(name), content)
    return this.inside(name)
  }

  writeRows(name: string, rows: readonly object[]): string {
    return this.write(name, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }

  /** The prompts file has these alone. */
  ask(prompts: readonly string[]): void {
    this.writeRows(
      'prompts.jsonl',
      prompts.map((prompt) => ({ prompt })),
    )
  }

  /** The curation file says this; all else is the default. */
  set(settings: Settings): void {
    this.write('a.aepo.json', JSON.stringify({ version: 1, prompts: 'prompts.jsonl', ...settings }))
  }

  /** The folder goes when the data set has been written: writing would bring it back. */
  async open(annotator = 'ann', options: Partial<OpenOptions> = {}): Promise<Curation> {
    const curation = await Curation.open(this.file, {
      annotator,
      onMessage: () => undefined,
      now: () => new Date(0),
      ...options,
    })
    onTestFinished(() => curation.dataSet.settled())
    return curation
  }

  /** Opened, with all pools full and selected from. */
  async generated(
    annotator?: string,
    engine: Engine = new FakeEngine(),
    options: Partial<GenerateOptions> = {},
  ): Promise<Curation> {
    const curation = await this.open(annotator)
    await generate(curation, engine, { ...QUIETLY, select: true, ...options })
    return curation
  }

  /** The DPO data set on disk. */
  output(): string {
    return this.read('a.dpo.jsonl')
  }

  rows(): unknown[] {
    return jsonLines(this.inside('a.dpo.jsonl'))
  }
}
