// On a small disk: fills it with a journal, makes room, goes on; and replaces a file that no longer
// fits. Prints what happened.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { toFailure } from '../../../../src/shared/errors'
import { replaceFile } from '../../../../src/store/atomicFile'
import { Journal } from '../../../../src/store/journal'

const { folder } = z.object({ folder: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))
const schema = z.strictObject({ id: z.number(), text: z.string() })

async function main(): Promise<void> {
  const spare = path.join(folder, 'spare')
  const output = path.join(folder, 'output.jsonl')
  const file = path.join(folder, 'j.jsonl')
  writeFileSync(spare, Buffer.alloc(20_000))
  await replaceFile(output, ['old\n'])

  const messages: string[] = []
  const journal = await Journal.open(file, schema, {
    onMessage: (message) => messages.push(message),
  })
  const accepted: number[] = []
  let failure
  for (let id = 0; failure === undefined && id < 1000; id++) {
    try {
      await journal.append([{ id, text: 'x'.repeat(1500) }], { flush: true })
      accepted.push(id)
    } catch (thrown) {
      failure = toFailure(thrown)
    }
  }
  const replaced = await replaceFile(output, ['new\n'.repeat(50_000)]).then(() => null, toFailure)
  const names = readdirSync(folder).sort()
  const outputSize = statSync(output).size

  rmSync(spare)
  await journal.append([{ id: 9999, text: 'after' }], { flush: true })
  const read: number[] = []
  await journal.visit(({ id }) => read.push(id))
  process.stdout.write(
    `${JSON.stringify({ accepted, failure, replaced, names, outputSize, read, messages })}\n`,
  )
}

void main()
