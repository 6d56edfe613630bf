// What a configuration file of accelerate asks for, in words.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../../counted'
import { launchedMachines, launchedProcesses, saysNo, settingIn } from './accelerateConfig'

/**
 * "4 processes · 2 hosts · FSDP, version 2 · mixed precision bf16".
 * @returns null for a file that says nothing of this.
 */
export function accelerateSummary(text: string): string | null {
  const kind = settingIn('distributed_type', text)?.toUpperCase()
  const parts = [processes(text), hosts(text), spread(kind, text), precision(text)].filter(
    (part) => part !== null,
  )
  return parts.length === 0 ? null : parts.join(' · ')
}

function processes(text: string): string | null {
  const count = launchedProcesses(text)
  return count === null
    ? null
    : oneOrSeveral(count, l10n.t('1 process'), l10n.t`${count} processes`)
}

function hosts(text: string): string | null {
  const count = launchedMachines(text)
  return count === null || count === 1 ? null : l10n.t`${count} hosts`
}

/** How the model is spread over the processes; nothing to say of one process. */
function spread(kind: string | undefined, text: string): string | null {
  if (kind === undefined || saysNo(kind)) return null
  switch (kind) {
    case 'FSDP':
      return l10n.t`FSDP, version ${settingIn('fsdp_version', text) ?? '1'}`
    case 'DEEPSPEED': {
      const stage = settingIn('zero_stage', text)
      return stage === undefined ? 'DeepSpeed' : l10n.t`DeepSpeed, ZeRO stage ${stage}`
    }
    case 'MULTI_GPU':
    case 'MULTI_CPU':
      return l10n.t('a copy of the model in each')
    default:
      return kind
  }
}

function precision(text: string): string | null {
  const value = settingIn('mixed_precision', text)
  if (value === undefined) return null
  return saysNo(value) ? l10n.t('no mixed precision') : l10n.t`mixed precision ${value}`
}
