// Stands in for the native package @vscode/spdlog, so that no compiler is needed: VS Code's log
// files are written by plain appends.
import fs from 'node:fs'
import path from 'node:path'

const LEVELS = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, critical: 5 }
const LABELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical']
let defaultLevel = LEVELS.info

export class Logger {
  #level = defaultLevel
  #plain = false
  #file

  constructor(_kind, _name, file) {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    this.#file = fs.openSync(file, 'a')
  }

  write(level, text) {
    if (this.#file === undefined || level < this.#level) return
    fs.writeSync(this.#file, this.#plain ? text : `${timestamp()} [${LABELS[level]}] ${text}\n`)
  }

  getLevel() {
    return this.#level
  }

  setLevel(level) {
    this.#level = level
  }

  setPattern() {}

  clearFormatters() {
    this.#plain = true
  }

  flush() {}

  drop() {
    if (this.#file !== undefined) fs.closeSync(this.#file)
    this.#file = undefined
  }
}

for (const [name, level] of Object.entries(LEVELS)) {
  Logger.prototype[name] = function (text) {
    this.write(level, text)
  }
}

/** Local time as spdlog prints it. */
function timestamp() {
  const now = new Date()
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 23)
    .replace('T', ' ')
}

export const version = 0
export const setLevel = (level) => {
  defaultLevel = level
}
export const setFlushOn = () => {}
export const createRotatingLogger = async (name, file) => new Logger('rotating', name, file)
export const createAsyncRotatingLogger = async (name, file) =>
  new Logger('rotating_async', name, file)
