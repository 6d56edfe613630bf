// Opens the curation that a command names.
import path from 'node:path'
import { Curation } from '../curation/curation'
import { describeFailure } from '../shared/errors'
import { lostData } from '../store/lostData'
import type { Output } from './output'

/** @param annotator whose annotations the command writes; `cli` if it writes none. */
export async function openCuration(
  file: string,
  output: Output,
  annotator = 'cli',
): Promise<Curation> {
  const curation = await Curation.open(path.resolve(file), {
    annotator,
    onMessage: (text) => output.message(text),
    now: () => new Date(),
  })
  const lost = await lostData(curation.paths)
  if (lost) output.message(describeFailure(lost))
  return curation
}

/** `{ [key]: value }`, or nothing if the value was not given. */
export const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>)
