// Where the bundled scripts of threads are.
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The script of that name, beside the bundled engine. It is missing where nothing is bundled. */
export const threadScript = (name: string): string =>
  path.join(path.dirname(fileURLToPath(import.meta.url)), `${name}.js`)
