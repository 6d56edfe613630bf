// What each call does: the use cases of src/curation, their results as JSON and as a sentence.
import path from 'node:path'
import { curationFileSchema } from '../core/formats/curationFile'
import { Curation, curationName } from '../curation/curation'
import { describeLoaded } from '../curation/engine'
import { generate } from '../curation/generate'
import type { Shard } from '../curation/generationPlan'
import { importCandidates } from '../curation/importCandidates'
import { annotateByScore, longest, replayedScores } from '../curation/replay'
import { selectAll } from '../curation/select'
import { describeFailure } from '../shared/errors'
import { writeCurationFile } from '../store/curationFileStore'
import { CURATION_SUFFIX } from '../store/curationPaths'
import { loadPrompts } from '../store/promptFile'
import { type Call, UsageError } from './arguments'
import type { Environment } from './environment'
import type { Output } from './output'
import { showRows } from './rows'
import { follow, showRuns, stop } from './runs'
import { train } from './train'

type Of<N extends Call['name']> = Extract<Call, { name: N }>

export async function runCall(call: Call, environment: Environment, output: Output): Promise<void> {
  switch (call.name) {
    case 'init':
      return init(call, output)
    case 'import':
      return importResponses(call, output)
    case 'generate':
      return generateMissing(call, environment, output)
    case 'select':
      return select(call, environment, output)
    case 'status':
      return status(call, output)
    case 'annotate':
      return annotate(call, output)
    case 'export':
      return exportRows(call, output)
    case 'train':
      return train(await open(call.file, output), call.values, environment, output)
    case 'rows':
      return showRows(await open(call.file, output), call.values, environment, output)
    case 'runs':
      return showRuns(await open(call.file, output), output)
    case 'follow':
      return follow(await open(call.file, output), call.values, environment, output)
    case 'stop':
      return stop(await open(call.file, output), call.values, output)
  }
}

const open = (file: string, output: Output, annotator = 'cli'): Promise<Curation> =>
  Curation.open(path.resolve(file), {
    annotator,
    onMessage: (text) => output.message(text),
    now: () => new Date(),
  })

async function init({ file, values }: Of<'init'>, output: Output): Promise<void> {
  const prompts = required(values.prompts, '--prompts')
  const target = path.resolve(file)
  if (!target.endsWith(CURATION_SUFFIX))
    throw new UsageError(`A curation file ends in .aepo.json; “${file}” does not.`)
  const { n, k, lambda, model, server, seed, device } = values
  if (server !== undefined && device !== undefined)
    throw new UsageError('--device is for local models: a server has its own.')
  if (server !== undefined && model === undefined)
    throw new UsageError('--server needs --model, the model as the server names it.')
  const input = {
    version: 1,
    prompts: path.relative(path.dirname(target), path.resolve(prompts)).split(path.sep).join('/'),
    generator: { ...given('server', server), ...given('model', model), ...given('device', device) },
    sampling: {
      ...given('n', number(n, '--n')),
      ...given('seed', number(seed, '--seed')),
      ...given('maxNewTokens', number(values['max-new-tokens'], '--max-new-tokens')),
    },
    selection: { ...given('k', number(k, '--k')), ...given('lambda', number(lambda, '--lambda')) },
  }
  const parsed = curationFileSchema.safeParse(input)
  if (!parsed.success)
    throw new UsageError(
      parsed.error.issues
        .map(({ path: key, message }) => `${key.join('.')}: ${message}`)
        .join('; '),
    )
  const loaded = await loadPrompts(path.resolve(prompts), parsed.data.fields)
  await writeCurationFile(
    target,
    { ...parsed.data, output: `${curationName(target)}.dpo.jsonl` },
    { overwrite: false },
  )
  output.result(
    { file: target, prompts: loaded.prompts.length, duplicates: loaded.duplicates },
    `${file}: a curation of ${loaded.prompts.length} prompts.`,
  )
}

async function importResponses({ file, values }: Of<'import'>, output: Output): Promise<void> {
  const result = await importCandidates(
    await open(file, output),
    path.resolve(required(values.candidates, '--candidates')),
  )
  output.result(
    { ...result },
    `${result.candidates} candidates imported, ${result.skipped} left out that were there already; ${result.unknownPrompts} rows have a prompt this curation does not know.`,
  )
}

async function generateMissing(
  { file, values }: Of<'generate'>,
  environment: Environment,
  output: Output,
): Promise<void> {
  const curation = await open(file, output)
  const limit = number(values.limit, '--limit')
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
    throw new UsageError(`--limit takes a whole number from 1 on, not “${values.limit ?? ''}”.`)
  const shard = shardOf(values.shard)
  const { generated, skipped } = await generate(curation, environment.engine(output, curation), {
    signal: environment.signal,
    select: false,
    onActivity: output.progress,
    onModel: (model) => output.message(describeLoaded(model)),
    ...given('limit', limit),
    ...given('shard', shard),
  })
  for (const { promptId, failure } of skipped)
    output.message(`prompt ${promptId}: ${describeFailure(failure)}`)
  output.result(
    { generated, skipped, ...curation.counts() },
    `${generated} candidates written to ${curation.paths.candidates}.`,
  )
}

async function select(
  { file }: Of<'select'>,
  environment: Environment,
  output: Output,
): Promise<void> {
  const curation = await open(file, output)
  const added = await selectAll(curation, environment.engine(output, curation), {
    signal: environment.signal,
    onActivity: output.progress,
  })
  output.result(
    { added, ...curation.counts() },
    `${added} new selections; ${curation.counts().selected} in all.`,
  )
}

async function status({ file }: Of<'status'>, output: Output): Promise<void> {
  const counts = (await open(file, output)).counts()
  const { prompts, candidates, candidatesWanted, selected, pairs, longerChosen } = counts
  const longer =
    pairs === 0 ? '' : ` The longer response is the preferred one in ${longerChosen} of them.`
  output.result(
    { ...counts },
    `${prompts} prompts, ${candidates} of ${candidatesWanted} candidates, ${selected} selected, ${pairs} preference pairs.${longer}`,
  )
}

async function annotate({ file, values }: Of<'annotate'>, output: Output): Promise<void> {
  const annotator = required(values.annotator, '--annotator')
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u.test(annotator))
    throw new UsageError('--annotator names a file: letters, digits, . _ - only.')
  const { replay, rule } = values
  if ((replay === undefined) === (rule === undefined))
    throw new UsageError('annotate takes --replay or --rule, one of them.')
  if (rule !== undefined && rule !== 'longest')
    throw new UsageError(`There is no rule “${rule}”; there is: longest.`)
  const curation = await open(file, output, annotator)
  const scorer =
    replay === undefined ? longest : await replayedScores(curation, path.resolve(replay))
  const result = await annotateByScore(curation, scorer)
  output.result(
    { ...result, ...curation.counts() },
    `${result.annotated} selections annotated as ${annotator}; ${result.unscored} left open for want of a score.`,
  )
}

async function exportRows({ file, values }: Of<'export'>, output: Output): Promise<void> {
  if (values.format !== undefined && values.format !== 'dpo')
    throw new UsageError(`There is no format “${values.format}”; there is: dpo.`)
  const curation = await open(file, output)
  const rows = curation.rows()
  const to = values.out === undefined ? curation.paths.output : path.resolve(values.out)
  await curation.store.writeOutput(rows, to)
  output.result({ rows: rows.length, file: to }, `${rows.length} rows written to ${to}.`)
}

/** `2/3` is the second of three. */
function shardOf(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined
  const [, part = '', whole = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const [index, count] = [Number(part) - 1, Number(whole)]
  if (part === '' || index < 0 || index >= count)
    throw new UsageError(`--shard takes i/m with 1 ≤ i ≤ m, not “${text}”.`)
  return { index, count }
}

function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing.`)
  return value
}

function number(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`${option} takes a number, not “${text}”.`)
  return value
}

const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>)
