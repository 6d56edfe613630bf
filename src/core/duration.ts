// Durations as a user reads them.
import * as l10n from '@vscode/l10n'

/** "40 seconds", "12 minutes", "3 hours": rounded, at least 10 seconds. */
export function roughDuration(seconds: number): string {
  if (seconds < 55) return l10n.t`${Math.max(10, Math.round(seconds / 10) * 10)} seconds`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes === 1) return l10n.t('1 minute')
  return minutes < 120 ? l10n.t`${minutes} minutes` : l10n.t`${Math.round(minutes / 60)} hours`
}
