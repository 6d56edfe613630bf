// A finished training run with a model that was built for sampling, so no Python is needed.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TINY_MODEL } from './training'

export const RUN = '2026-11-26T17-19-04-dpo'
const RECORDED = join(import.meta.dirname, '../recorded/first-labels.aepo/runs', RUN)

/** The recorded run in a data folder, with the tiny model as the one that was built for it. */
export function addFinishedRun(dataFolder: string): void {
  const folder = join(dataFolder, 'runs', RUN)
  mkdirSync(join(folder, 'model'), { recursive: true })
  cpSync(RECORDED, folder, { recursive: true })
  cpSync(TINY_MODEL, join(folder, 'generator'), { recursive: true })
  const report = { precision: 'int8', divergence: 0.001, moved: 0.1 }
  writeFileSync(join(folder, 'generator/built.json'), JSON.stringify(report))
}
