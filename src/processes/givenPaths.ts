// Paths that a user gives. Those of a run are made absolute: its runner works in its own folder.
import { statSync } from 'node:fs'
import path from 'node:path'

export const isFolder = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The folder of a model where it exists, else the id on the hub. */
export function givenModel(model: string, base: string): string {
  const folder = path.resolve(base, model)
  return isFolder(folder) ? folder : model
}

/** A file below a folder by its path from there, so that both can be moved; others as they are. */
export function portablePath(file: string, folder: string): string {
  const relative = path.relative(folder, file).split(path.sep).join('/')
  return /^\.\.(\/|$)/.test(relative) || path.isAbsolute(relative) ? file : relative
}

/** The path of an interpreter; a name without a folder is searched on the PATH. */
export const givenInterpreter = (python: string, base: string): string =>
  path.basename(python) === python ? python : path.resolve(base, python)
