// Appends records to a journal for ever, or so many, and says of each when it is accepted.
import { z } from 'zod'
import { Journal } from '../../../../src/store/journal'

const { file, name, count, flush, textLength } = z
  .object({
    file: z.string(),
    name: z.string(),
    count: z.number().nullable(),
    flush: z.boolean(),
    textLength: z.number(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

async function main(): Promise<void> {
  const journal = await Journal.open(file, z.strictObject({ id: z.string(), text: z.string() }))
  for (let i = 0; i < (count ?? Infinity); i++) {
    await journal.append([{ id: `${name}-${i}`, text: name.repeat(textLength) }], { flush })
    process.stdout.write(`${i}\n`) // a pipe: written before this returns
  }
  process.stdout.write(`${JSON.stringify({ appended: count })}\n`)
}

void main()
