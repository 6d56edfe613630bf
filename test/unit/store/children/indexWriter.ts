// Appends candidates and writes their index, again and again; says how many candidates there are.
import { z } from 'zod'
import { CandidateIndex } from '../../../../src/store/candidateIndex'
import { CandidateJournal } from '../../../../src/store/candidateJournal'
import { ChangeCollector } from '../../../../src/store/storeChange'
import { GENERATION, candidate } from '../support/samples'

const { file } = z.object({ file: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))
const TEXT = 'x'.repeat(30_000)

async function main(): Promise<void> {
  const index = new CandidateIndex(file)
  const journal = await CandidateJournal.open(file, index, () => undefined)
  await journal.refresh(new ChangeCollector(true), { names: () => false })
  for (let number = index.size; ; number += 40) {
    const candidates = Array.from({ length: 40 }, (_, i) =>
      candidate('p', number + i, `${number + i} ${TEXT}`),
    )
    await journal.append([GENERATION], candidates)
    await journal.refresh(new ChangeCollector(true), { names: () => false })
    process.stdout.write(`${index.size}\n`) // a pipe: written before this returns
    await journal.save()
  }
}

void main()
