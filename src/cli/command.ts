// What a command of `aepo` is: its options, its help and what it does.
import type { Environment } from './environment'
import type { Output } from './output'

export interface Option {
  /** `texts` may be given several times; `flag` takes no value. */
  type: 'text' | 'number' | 'texts' | 'flag'
  /** Stands for the value in the help; empty for a flag. */
  value: string
  /** What the option does, without a full stop. */
  does: string
  /** A text that is one of these. */
  values?: readonly string[]
  required?: true
}
export type Options = Readonly<Record<string, Option>>

type Value<O extends Option> = O['type'] extends 'number'
  ? number
  : O['type'] extends 'texts'
    ? string[]
    : O['type'] extends 'flag'
      ? boolean
      : O extends { values: readonly (infer V)[] }
        ? V
        : string
type Required<O extends Options> = {
  [K in keyof O]: O[K] extends { required: true } ? K : never
}[keyof O]
/** The parsed values of options, by their names. */
export type Values<O extends Options> = { [K in Required<O>]: Value<O[K]> } & {
  [K in Exclude<keyof O, Required<O>>]?: Value<O[K]>
}

type AnyValues = Readonly<Record<string, string | number | boolean | string[] | undefined>>

/** What the user asked of a command. */
export interface CliCall<V = AnyValues> {
  /** The curation file, or the operand of the command, as given; empty for one that takes none. */
  file: string
  values: V
}

export interface Context {
  environment: Environment
  output: Output
}

export interface CliCommand<O extends Options = Options, V = AnyValues> {
  /** What the command does, without a full stop. */
  does: string
  /** What follows the command's name, one line for each way of calling it. */
  usage: readonly string[]
  /** What the command takes in the place of a curation file, as its usage says; null: nothing. */
  operand?: string | null
  /** The option whose value may stand after the curation file, without the option's name. */
  second?: string
  options: O
  run(call: CliCall<V>, context: Context): Promise<void>
}

/** A command whose `run` gets the values that its options describe. */
export const cliCommand = <const O extends Options>(
  definition: CliCommand<O, Values<O>>,
): CliCommand => definition
