// The texts of `aepo --help` and `aepo COMMAND --help`.
import * as l10n from '@vscode/l10n'
import type { CliCommand } from './command'
import { CLI_COMMANDS } from './commands/table'

/** The help of one command, or of all. */
export function helpText(name?: string): string {
  const command = CLI_COMMANDS[name ?? '']
  return name !== undefined && command ? helpOf(name, command) : overview()
}

function overview(): string {
  return lines(
    l10n.t('Curates preference data sets with AEPO.'),
    '',
    ...Object.entries(CLI_COMMANDS).flatMap(([name, command]) => [
      ...usageOf(name, command),
      `      ${command.does}`,
    ]),
    '',
    l10n.t(
      'aepo COMMAND --help describes the options of a command; aepo --version prints the version.',
    ),
    l10n.t('Every command takes --json: it prints one JSON object to stdout and nothing else.'),
    l10n.t('The environment variable AEPO_SERVER_KEY holds the API key of a server.'),
    l10n.t(
      'Exit codes: 0 success, 1 the work failed, 2 wrong use. Ctrl+C ends the command by its signal: 130 in a shell.',
    ),
  )
}

function helpOf(name: string, command: CliCommand): string {
  const options = [
    ...Object.entries(command.options).map(
      ([key, { value, does }]) => [`--${key} ${value}`.trimEnd(), does] as const,
    ),
    ['--json', l10n.t('print one JSON object to stdout and nothing else')] as const,
    ['-h, --help', l10n.t('print this help')] as const,
  ]
  const width = Math.max(...options.map(([option]) => option.length))
  return lines(
    `aepo ${name}: ${command.does}`,
    '',
    ...usageOf(name, command),
    '',
    ...options.map(([option, does]) => `  ${option.padEnd(width)}  ${does}`),
  )
}

const usageOf = (name: string, { usage }: CliCommand): string[] =>
  usage.map((rest) => `  aepo ${name} ${rest}`)

const lines = (...parts: string[]): string => `${parts.join('\n')}\n`
