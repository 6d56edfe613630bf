// Takes the lock on generation, says so, and keeps it until killed.
import { z } from 'zod'
import { lockGeneration } from '../../../../src/store/generationLock'

const { folder } = z.object({ folder: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))

async function main(): Promise<void> {
  await lockGeneration(folder)
  process.stdout.write('locked\n')
  process.stdin.resume()
}

void main()
