// In a folder that may be read and not written: reads its journal, tries to write. Prints what
// happened.
import path from 'node:path'
import { z } from 'zod'
import { toFailure } from '../../../../src/shared/errors'
import { replaceFile } from '../../../../src/store/atomicFile'
import { lockGeneration } from '../../../../src/store/generationLock'
import { Journal } from '../../../../src/store/journal'

const { folder } = z.object({ folder: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))

async function main(): Promise<void> {
  const journal = await Journal.open(
    path.join(folder, 'j.jsonl'),
    z.strictObject({ id: z.number() }),
  )
  const read: number[] = []
  await journal.visit(({ id }) => read.push(id))
  const append = await journal.append([{ id: 2 }], { flush: true }).then(() => null, toFailure)
  const replace = await replaceFile(path.join(folder, 'output.jsonl'), ['']).then(
    () => null,
    toFailure,
  )
  const lock = await lockGeneration(folder).then(() => null, toFailure)
  process.stdout.write(`${JSON.stringify({ read, append, replace, lock })}\n`)
}

void main()
