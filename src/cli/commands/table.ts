// Every command of `aepo`, in the order of its help. A new one is a file here and an entry.
import type { CliCommand } from '../command'
import { annotate } from './annotate'
import { evaluate } from './evaluate'
import { exportRows } from './export'
import { follow } from './follow'
import { generateMissing } from './generate'
import { importResponses } from './import'
import { init } from './init'
import { judge } from './judge'
import { keep } from './keep'
import { modelBuild, modelExport, modelImport } from './model'
import { pause } from './pause'
import { report } from './report'
import { round } from './round'
import { rows } from './rows'
import { runs } from './runs'
import { select } from './select'
import { simulate } from './simulate'
import { status } from './status'
import { stop } from './stop'
import { train } from './train'

export const CLI_COMMANDS: Readonly<Record<string, CliCommand>> = {
  init,
  import: importResponses,
  generate: generateMissing,
  select,
  simulate,
  status,
  annotate,
  judge,
  keep,
  export: exportRows,
  rows,
  train,
  runs,
  report,
  follow,
  pause,
  stop,
  round,
  evaluate,
  /* eslint-disable aepo/localised -- names of commands are the same in every language */
  'model build': modelBuild,
  'model import': modelImport,
  'model export': modelExport,
  /* eslint-enable aepo/localised */
}
