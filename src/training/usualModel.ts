// The model of a run for which none was named.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { EMBEDDED_MODEL, isTrainableCopy } from '../processes/trainableModel'

/**
 * The model of the newest run while it exists, else the embedded one.
 * @param latest the model of the newest run, as its run.json names it.
 */
export function usualModel(latest: string | undefined): string {
  if (latest === undefined || isTrainableCopy(latest)) return EMBEDDED_MODEL
  return path.isAbsolute(latest) && !existsSync(latest) ? EMBEDDED_MODEL : latest
}
