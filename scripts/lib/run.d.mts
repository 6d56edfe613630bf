// Types of run.mjs.
/** A failure that the user can correct; `message` is one line. */
export class Failure extends Error {
  readonly output: string
  constructor(message: string, output?: string)
}
export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  show?: boolean | 'terminal'
  limitMinutes?: number
  what?: string
}
export function childEnvironment(extra?: Readonly<Record<string, string>>): NodeJS.ProcessEnv
/** Arguments for `spawn` on a platform, this one by default. */
export function invocation(
  command: string,
  args: readonly string[],
  system?: string,
): { program: string; words: readonly string[]; shell: boolean }
/** Runs a program and returns its output. */
export function run(command: string, args: readonly string[], options?: RunOptions): Promise<string>
export function installed(command: string): Promise<boolean>
export function step<T>(sentence: string, work: () => Promise<T>): Promise<T>
export function script(
  main: (args: string[]) => Promise<number | undefined> | Promise<void>,
): Promise<void>
