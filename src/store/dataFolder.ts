// The data folder of a curation, with a .gitignore for what belongs to one machine or one moment.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder } from './files'

const IGNORED = `# Written once, when this folder was made; yours to change. The journals are meant to be committed.
*.index
*.lock
*.tmp
*.torn
.generation.json
runs/*/process.json
runs/*/checkpoints/
runs/*/model/
runs/*/generator/
`

/**
 * Makes the folder if it does not exist. A failure to write the .gitignore is ignored: the next
 * write fails for the same reason and says so.
 * @returns whether it made the folder.
 */
export async function makeDataFolder(folder: string): Promise<boolean> {
  const isNew = await makeFolder(folder)
  if (isNew)
    await writeFile(path.join(folder, '.gitignore'), IGNORED, { flag: 'wx' }).catch(() => undefined)
  return isNew
}
