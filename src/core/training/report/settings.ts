// The part of a report that repeating the run needs: hyper-parameters, model, versions, command.
import * as l10n from '@vscode/l10n'
import { hyperparameterDescriptions } from '../settings/hyperparameters'
import { trainCommandLines } from '../settings/choice'
import type { ReportFacts } from './facts'
import { list, shell, table } from './markdown'

export function settingsSection({ file }: ReportFacts): string[] {
  const meanings = hyperparameterDescriptions(file.method)
  const rows = Object.entries({ ...file.own, ...file.common }).map(([key, value]) => [
    key,
    String(value),
    meanings.get(key) ?? '',
  ])
  return [
    `## ${l10n.t('Hyper-parameters')}`,
    table([l10n.t('Key'), l10n.t('Value'), l10n.t('Meaning')], rows),
  ]
}

export function repeatSection({ file, model, curation, base, machine }: ReportFacts): string[] {
  const changed = Object.fromEntries(
    Object.entries({ ...file.own, ...file.common }).map(([key, value]) => [key, String(value)]),
  )
  const rounds = file.rounds?.split(',').map(Number)
  const { method, annotators } = file
  const choice = { model, method, changed, rounds, annotators }
  return [
    `## ${l10n.t('Repeat it')}`,
    l10n.t(
      'This command starts the same run. On the same rows, the same base model, the same versions and the same kind of processor it gives the same weights.',
    ),
    shell(trainCommandLines(curation, choice)),
    ...(base === null ? [] : baseOf(model, base)),
    ...(machine === null ? [] : machineOf(machine)),
  ]
}

function baseOf(
  model: string,
  { revision, files = {} }: NonNullable<ReportFacts['base']>,
): string[] {
  const named =
    typeof revision === 'string'
      ? l10n.t`Base model: ${model}, revision \`${revision}\`.`
      : l10n.t`Base model: ${model}.`
  const hashes = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return [
    named,
    ...(hashes.length === 0
      ? []
      : [
          table(
            [l10n.t('File of the base model'), l10n.t('Bytes'), 'SHA-256'],
            hashes.map(([name, { size, sha256 }]) => [name, String(size), sha256]),
            ['left', 'right', 'left'],
          ),
        ]),
  ]
}

function machineOf(machine: NonNullable<ReportFacts['machine']>): string[] {
  const { system, python, processors, threads, processes = 1, packages } = machine
  const lines = [
    l10n.t`System: ${system}`,
    ...(typeof processors === 'number' ? [l10n.t`Processors: ${processors}`] : []),
    ...(threads === undefined ? [] : [l10n.t`Threads: ${threads}`]),
    l10n.t`Processes: ${processes}`,
  ]
  return [
    list(lines),
    table(
      [l10n.t('Package'), l10n.t('Version')],
      [['python', python], ...Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1))],
    ),
  ]
}
