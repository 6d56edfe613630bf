// Opens the curation that a command names.
import path from 'node:path'
import { Curation } from '../curation/curation'
import type { Output } from './output'

/** @param annotator whose annotations the command writes; `cli` if it writes none. */
export const openCuration = (file: string, output: Output, annotator = 'cli'): Promise<Curation> =>
  Curation.open(path.resolve(file), {
    annotator,
    onMessage: (text) => output.message(text),
    now: () => new Date(),
  })

/** `{ [key]: value }`, or nothing if the value was not given. */
export const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>)
