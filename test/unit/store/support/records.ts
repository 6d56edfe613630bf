// The records of a journal that were not read yet.
import type { Journal } from '../../../../src/store/journal'

export async function newRecords<T>(journal: Journal<T>): Promise<T[]> {
  const records: T[] = []
  await journal.visit((record) => records.push(record))
  return records
}
