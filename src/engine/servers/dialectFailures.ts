// Failures for settings that a server does not take.
import * as l10n from '@vscode/l10n'
import type { SampleParams } from '../../shared/engineProtocol'
import { type FailureError, failureError } from '../../shared/errors'

export const noSetting = (setting: keyof SampleParams['sampling'], where: string): FailureError =>
  failureError(
    'server-refused',
    l10n.t`The server does not support the setting sampling.${setting}.`,
    {
      where,
      remedy: l10n.t`Set sampling.${setting} to ${setting === 'repetitionPenalty' ? 1 : 0} in the curation file, or choose another server.`,
    },
  )

export const noTemplate = (where: string): FailureError =>
  failureError(
    'server-refused',
    l10n.t('The server does not support options of the chat template.'),
    {
      where,
      remedy: l10n.t('Remove generator.template from the curation file, or choose another server.'),
    },
  )
