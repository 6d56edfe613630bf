// Paths that a user gives, made absolute: the runner's working folder is that of its run.
import { statSync } from 'node:fs'
import path from 'node:path'

export const isFolder = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The folder of a model where it exists, else the id on the hub. */
export function givenModel(model: string, base: string): string {
  const folder = path.resolve(base, model)
  return isFolder(folder) ? folder : model
}

/** The path of an interpreter; a name without a folder is searched on the PATH. */
export const givenInterpreter = (python: string, base: string): string =>
  path.basename(python) === python ? python : path.resolve(base, python)
