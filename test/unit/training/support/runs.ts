// Curations and runs to vary in tests; shell scripts stand in for Python.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { inspectionSchema } from '../../../../src/core/training/inspection'
import { parseHyperparameters } from '../../../../src/core/training/settings/hyperparameters'
import type { RunFile } from '../../../../src/core/training/runFile'
import { Curation } from '../../../../src/curation/curation'
import { importCandidates } from '../../../../src/curation/prompts/importCandidates'
import type { Annotator } from '../../../../src/curation/annotators/annotator'
import { annotateOpen } from '../../../../src/curation/annotators/annotateOpen'
import { rule } from '../../../../src/curation/annotators/rule'
import { selectAll } from '../../../../src/curation/selection/select'
import type { Runner } from '../../../../src/processes/pythonRunner'
import type { RunRequest } from '../../../../src/training/prepareRun'
import type { TrainingRun } from '../../../../src/training/trainingRun'
import { until } from '../../../support/until'
import { FakeEngine } from '../../curation/support/fakeEngine'

/** Waits without a child for what nobody writes. */
export const WAITING = 'read line < nothing'

/** What the runner prints. */
type Printed = z.input<typeof inspectionSchema>

const INSPECTION: Printed = {
  rows: 2,
  kept: 2,
  problems: [],
  steps: 20,
  stepsPerEpoch: 1,
  heldOutRows: 0,
  heldOutPrompts: 0,
  tokens: [],
}

export function runsFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'aepo-runs-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An interpreter that is this script for every command of the runner. */
export function runner(folder: string, script: string): Runner {
  const python = path.join(mkdtempSync(path.join(folder, 'bin-')), 'python')
  writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { python, trainingFolder: folder, cache: folder }
}

/** One that inspects with this outcome, and does what `train` says otherwise. */
export const inspectingRunner = (
  folder: string,
  inspection: Partial<Printed> = {},
  train = 'exit 0',
): Runner =>
  runner(
    folder,
    `if [ "$3" = inspect ]; then cat <<'END'
${JSON.stringify({ ...INSPECTION, ...inspection })}
END
else ${train}
fi`,
  )

export function request(pairs = 2, given: Record<string, unknown> = {}): RunRequest {
  const parsed = parseHyperparameters('dpo', pairs, given)
  if (!parsed.success) throw new Error(parsed.message)
  return { method: 'dpo', model: '/m/tiny', ...parsed.values }
}

export function runFile(id = '2026-11-24T10-00-00-dpo'): RunFile {
  const { method, model, common, own } = request()
  const dataset = { dataset: 'data.jsonl', datasetSha256: '0'.repeat(64) } as const
  return { version: 1, id, ...dataset, method, model, common, own }
}

/** The folder of a run that was launched some time ago. */
export function earlierRun(parent: string, metrics: readonly object[] = [], id?: string): string {
  const file = runFile(id)
  const folder = path.join(parent, file.id)
  mkdirSync(folder, { recursive: true })
  execFileSync('mkfifo', [path.join(folder, 'nothing')])
  writeFileSync(path.join(folder, 'run.json'), JSON.stringify(file))
  writeFileSync(path.join(folder, 'log.txt'), '')
  writeFileSync(
    path.join(folder, 'metrics.jsonl'),
    metrics.map((metric) => `${JSON.stringify({ totalSteps: 8, time: 0, ...metric })}\n`).join(''),
  )
  return folder
}

/** Leaves a whole checkpoint in the folder of a run. */
export function addCheckpoint(folder: string, step = 2): void {
  const checkpoint = path.join(folder, 'checkpoints', `checkpoint-${step}`)
  mkdirSync(checkpoint, { recursive: true })
  writeFileSync(path.join(checkpoint, 'trainer_state.json'), '{}')
}

export const PROMPTS = ['Name a river.', 'Name a tree.']

const lines = (rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** Two prompts without candidates. */
export async function newCuration(
  folder: string,
  settings: Record<string, unknown> = {},
): Promise<Curation> {
  writeFileSync(path.join(folder, 'p.jsonl'), lines(PROMPTS.map((prompt) => ({ prompt }))))
  writeFileSync(
    path.join(folder, 'a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'p.jsonl', sampling: { n: 2 }, ...settings }),
  )
  return openCuration(folder)
}

/** Two prompts with two imported responses each, of which the longer one is preferred. */
export async function labelledCuration(
  folder: string,
  settings: Record<string, unknown> = {},
  preferred = (prompt: string): string => `${prompt} A good long answer.`,
): Promise<Curation> {
  const curation = await newCuration(folder, settings)
  const responses = (prompt: string): object[] => [
    { text: preferred(prompt) },
    { text: 'Short but not too short.' },
  ]
  writeFileSync(
    path.join(folder, 'c.jsonl'),
    lines(PROMPTS.map((prompt) => ({ prompt, responses: responses(prompt) }))),
  )
  await importCandidates(curation, path.join(folder, 'c.jsonl'))
  await label(curation)
  return curation
}

const openCuration = (folder: string): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'ann',
    onMessage: () => undefined,
    now: () => new Date(0),
  })

/** Selects from every pool and lets an annotator decide. */
export async function label(
  curation: Curation,
  annotator: Annotator = rule('longest'),
): Promise<void> {
  await selectAll(curation, new FakeEngine(), {
    signal: new AbortController().signal,
    onActivity: () => undefined,
  })
  await annotateOpen(curation, annotator, new AbortController().signal)
}

export async function ended(run: TrainingRun): Promise<TrainingRun> {
  await until('the end of the run', async () => {
    await run.refresh()
    return !run.isLive
  })
  return run
}

/** The failure that a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const thrown = await work.then(
    () => expect.unreachable('nothing was thrown'),
    (reason: unknown) => reason,
  )
  return (thrown as { failure?: unknown }).failure
}
