// Reads the arguments: which command, its file and the values of its options.
import * as l10n from '@vscode/l10n'
import { parseArgs } from 'node:util'
import type { CliCall, CliCommand, Option, Options } from './command'
import { numberOf } from './checks'
import { CLI_COMMANDS } from './commands/table'
import { UsageError } from './usageError'

/** `help` is that of a command, or of all. */
export type Arguments =
  | { do: 'version' }
  | { do: 'help'; name?: string }
  | { do: 'run'; command: CliCommand; call: CliCall; json: boolean }

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

const HELP = ['--help', '-h', 'help']

/** The command that the arguments name, by one word or two, if it exists. */
export const namedCommand = ([first = '', second = '']: readonly string[]): string | undefined =>
  [`${first} ${second}`, first].find((name) => Object.hasOwn(CLI_COMMANDS, name))

/** The commands that begin with a word, such as `model`. */
const commandsOf = (word: string): string[] =>
  Object.keys(CLI_COMMANDS).filter((name) => name.startsWith(`${word} `))

/** @throws UsageError */
export function parseArguments(argv: readonly string[]): Arguments {
  const [first] = argv
  if (first === undefined) throw new UsageError(l10n.t('No command was given.'))
  if (HELP.includes(first)) return { do: 'help' }
  if (first === '--version') return { do: 'version' }
  const name = namedCommand(argv)
  const command = CLI_COMMANDS[name ?? '']
  if (name === undefined || !command) throw unknownCommand(first)
  return parseCall(name, command, argv.slice(name.split(' ').length))
}

function unknownCommand(first: string): UsageError {
  const commands = commandsOf(first).join(', ')
  return new UsageError(
    commands === ''
      ? l10n.t`There is no command “${first}”.`
      : l10n.t`“${first}” is the beginning of these commands: ${commands}.`,
  )
}

function parseCall(name: string, command: CliCommand, args: string[]): Arguments {
  const { options, operand, second } = command
  const { tokens } = parseArgs({
    args,
    options: {
      ...Object.fromEntries(
        Object.entries(options).map(([key, { type }]) => [
          key,
          { type: type === 'flag' ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values: Record<string, OptionValue> = {}
  const flags = new Set<string>()
  const files: string[] = []
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      files.push(token.value)
      continue
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option) values[token.name] = read(token, option, values[token.name])
    else if (token.name === 'json' || token.name === 'help') flags.add(flag(token))
    else throw unknownOption(name, options, token.rawName, args[token.index] ?? '')
  }
  if (flags.has('help')) return { do: 'help', name }
  if (second !== undefined && files.length === 2) values[second] = files.pop() ?? ''
  const file = operandOf(name, operand, files)
  for (const [key, { required }] of Object.entries(options))
    if (required && values[key] === undefined) throw new UsageError(l10n.t`--${key} is missing.`)
  return { do: 'run', command, call: { file, values }, json: flags.has('json') }
}

/** The curation file, or what the command takes in its place; empty for one that takes nothing. */
function operandOf(name: string, operand: CliCommand['operand'], given: readonly string[]): string {
  if (operand === null) {
    const [surplus] = given
    if (surplus === undefined) return ''
    throw new UsageError(l10n.t`${name} takes no curation file: unexpected argument “${surplus}”.`)
  }
  const [file, surplus] = given
  if (file === undefined)
    throw new UsageError(
      operand === undefined
        ? l10n.t('No curation file was given.')
        : l10n.t`${operand} is missing.`,
    )
  if (surplus === undefined) return file
  throw new UsageError(
    operand === undefined
      ? l10n.t`Expected one curation file: unexpected argument “${surplus}”.`
      : l10n.t`Expected one ${operand}: unexpected argument “${surplus}”.`,
  )
}

type OptionValue = string | number | boolean | string[]
type OptionToken = Extract<Token, { kind: 'option' }>

function flag({ name, rawName, value }: OptionToken): string {
  if (value !== undefined) throw new UsageError(l10n.t`${rawName} takes no value.`)
  return name
}

function read(
  token: OptionToken,
  { type, values }: Option,
  earlier: OptionValue | undefined,
): OptionValue {
  if (type === 'flag') {
    flag(token)
    return true
  }
  const { rawName, value, inlineValue } = token
  // `--model --json` is more likely a forgotten value than one that begins with a dash.
  if (value === undefined || (!inlineValue && value.startsWith('-') && value !== '-'))
    throw new UsageError(
      l10n.t`${rawName} needs a value; one that starts with “-” is given as ${rawName}=VALUE.`,
    )
  switch (type) {
    case 'text':
      if (values && !values.includes(value))
        throw new UsageError(l10n.t`${rawName} takes ${values.join(', ')}; not “${value}”.`)
      return value
    case 'texts':
      return [...(Array.isArray(earlier) ? earlier : []), value]
    case 'number': {
      const number = numberOf(value)
      if (number === undefined)
        throw new UsageError(l10n.t`${rawName} takes a number, not “${value}”.`)
      return number
    }
  }
}

/** @param argument that the option was given in. */
function unknownOption(
  name: string,
  options: Options,
  given: string,
  argument: string,
): UsageError {
  const known = [...Object.keys(options), 'json', 'help'].map((key) => `--${key}`).join(', ')
  return new UsageError(
    [
      l10n.t`${name} has no option “${given}”; its options are ${known}.`,
      ...(argument.startsWith('--')
        ? []
        : [l10n.t`A file whose name starts with “-” is given as ./${argument}.`]),
    ].join(' '),
  )
}
