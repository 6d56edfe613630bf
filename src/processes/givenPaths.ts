// What a person names by a path, made whole: the runner works in the folder of its run, not in
// theirs.
import { statSync } from 'node:fs'
import path from 'node:path'

/** A model: a folder where there is one, else the id on the hub. */
export function givenModel(model: string, base: string): string {
  const folder = path.resolve(base, model)
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : model
}

/** An interpreter: a name alone is looked for on the PATH. */
export const givenInterpreter = (python: string, base: string): string =>
  path.basename(python) === python ? python : path.resolve(base, python)
