// The project's folder: also for benches, which run this code bundled, in another place.
import { existsSync } from 'node:fs'
import path from 'node:path'

function rootAbove(folder: string): string {
  if (existsSync(path.join(folder, 'package-lock.json'))) return folder
  const parent = path.dirname(folder)
  if (parent === folder) throw new Error('No folder above is that of the project.')
  return rootAbove(parent)
}

export const ROOT = rootAbove(import.meta.dirname)
