// Curations whose candidates come from a server, and what their journals must hold.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { candidateSchema } from '../../../src/core/formats/records'
import { candidateSeed } from '../../../src/core/sampling/seeds'
import { Curation } from '../../../src/curation/curation'
import { generate, type GenerateResult } from '../../../src/curation/generation/generate'
import type { Candidate } from '../../../src/shared/domain'
import { jsonLines } from '../../support/jsonLines'
import { answerTo } from '../../support/servers/fakeServer'
import { server } from './server'
import { type Client, never, ServersEngine } from './support'

const CURATION_SEED = 42

/** The size of a curation. */
export interface Shape {
  prompts: number
  n: number
  concurrency?: number
  maxNewTokens?: number
}

/** A curation whose generator is the fake server, in a new folder or in place of an earlier one. */
export function curationFolder(
  { prompts, n, concurrency = 4, maxNewTokens = 64 }: Shape,
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-servers-')),
): string {
  const file: CurationFileInput = {
    version: 1,
    prompts: 'prompts.jsonl',
    generator: { server: server.url, model: 'm', concurrency },
    sampling: { n, seed: CURATION_SEED, maxNewTokens },
    selection: { k: 1 },
  }
  writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    Array.from(
      { length: prompts },
      (_, i) => `${JSON.stringify({ prompt: `prompt ${i}` })}\n`,
    ).join(''),
  )
  return folder
}

const open = (folder: string): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'a',
    onMessage: () => undefined,
    now: () => new Date(0),
  })

/** Generates the candidates that the curation lacks. */
export async function run(
  folder: string,
  { servers }: Client,
  options: Partial<Parameters<typeof generate>[2]> = {},
): Promise<GenerateResult> {
  const curation = await open(folder)
  return generate(curation, new ServersEngine(servers), {
    signal: never,
    onActivity: () => undefined,
    select: false,
    ...options,
  })
}

export const lines = (folder: string): unknown[] =>
  jsonLines(path.join(folder, 'a.aepo/candidates.jsonl'))
const journal = (folder: string): Candidate[] =>
  lines(folder).flatMap((line) => candidateSchema.safeParse(line).data ?? [])

/**
 * Expects each candidate once, with the text that an undisturbed server returns for its prompt and
 * seed.
 */
export async function expectUndisturbed(folder: string, { prompts, n }: Shape): Promise<void> {
  const curation = await open(folder)
  const candidates = journal(folder)
  expect(candidates).toHaveLength(prompts * n)
  expect(new Set(candidates.map(({ id }) => id)).size).toBe(prompts * n)
  for (const { promptId, round, index, text } of candidates) {
    expect(text).toBe(
      answerTo(
        curation.prompt(promptId)?.messages ?? [],
        candidateSeed(CURATION_SEED, promptId, round, index),
      ),
    )
  }
}
