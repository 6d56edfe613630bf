// The data folder of a curation, with a .gitignore for what belongs to one machine or one moment.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder } from './files'

const IGNORED = `# Written once, when this folder was made; yours to change. The journals are meant to be committed.
*.lock
*.tmp
*.torn
.generation.json
runs/*/process.json
runs/*/checkpoints/
runs/*/model/
`

/**
 * Makes the folder if it is not there. What stops the .gitignore stops no work: the next write
 * tells of it by itself.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  if (await makeFolder(folder))
    await writeFile(path.join(folder, '.gitignore'), IGNORED, { flag: 'wx' }).catch(() => undefined)
}
