// Scores of responses by a reward model in Hugging Face format, computed by the Python runner.
import * as l10n from '@vscode/l10n'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { Message } from '../shared/domain'
import type { ScoreResult } from '../shared/engineProtocol'
import { failureError } from '../shared/errors'
import { type Runner, runnerOutput } from './pythonRunner'

export interface ScoredResponse {
  messages: Message[]
  text: string
}

const scoreSchema = z.object({ score: z.number(), tokens: z.number().int().min(0) })

/** Exit code of the runner for input that cannot be used. */
const BAD_INPUT = 2

/**
 * The model is loaded anew by each call: give it all responses at once.
 * @param model a folder in Hugging Face format, or a hub id.
 * @throws FailureError `bad-input` for a model that scores nothing, `training-failed` when the
 *   runner breaks, `cancelled`.
 */
export async function scoreInPython(
  runner: Runner,
  model: string,
  responses: readonly ScoredResponse[],
  signal: AbortSignal,
): Promise<ScoreResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aepo-scores-'))
  try {
    const file = path.join(folder, 'responses.jsonl')
    await writeFile(file, responses.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const args = ['score', '--model', model, '--responses', file]
    const { code, stdout, stderr } = await runnerOutput(runner, folder, args, signal)
    const scores = code === 0 ? parsed(stdout) : null
    if (scores?.length !== responses.length)
      throw failureError(
        code === BAD_INPUT ? 'bad-input' : 'training-failed',
        l10n.t`The responses could not be scored: ${stderr.trim().split('\n').at(-1) ?? ''}`,
        { where: model },
      )
    return {
      scores: scores.map(({ score }) => score),
      tokens: scores.map(({ tokens }) => tokens),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parsed(stdout: string): z.infer<typeof scoreSchema>[] | null {
  try {
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => scoreSchema.parse(JSON.parse(line)))
  } catch {
    return null
  }
}
