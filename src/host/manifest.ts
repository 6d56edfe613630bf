// The parts of package.json and package.nls.json that the tables of commands and settings decide.
import type { CommandEntry, MenuPlace } from './commands/command'
import { COMMANDS } from './commands/table'
import { SETTINGS } from './settings'

type Json = string | number | boolean | Json[] | { [key: string]: Json | undefined }
type JsonObject = Record<string, Json | undefined>

const commandId = (name: string): string => `aepo.${name}`

/** The English strings of the commands and settings, by the keys that package.json refers to. */
function strings(): Record<string, string> {
  return Object.fromEntries([
    ...Object.entries(COMMANDS).map(([name, { title }]) => [`command.${name}`, title]),
    ...Object.values(SETTINGS).map(({ name, description }) => [`setting.${name}`, description]),
  ]) as Record<string, string>
}

function commands(table: Record<string, CommandEntry>): JsonObject[] {
  return Object.entries(table).map(([name, { icon, enablement }]) => ({
    command: commandId(name),
    category: 'AEPO',
    title: `%command.${name}%`,
    icon: `$(${icon})`,
    enablement,
  }))
}

/** The commands that `place` puts into a menu. */
function menu(
  table: Record<string, CommandEntry>,
  place: (entry: CommandEntry) => Partial<MenuPlace> | undefined,
): JsonObject[] {
  return Object.entries(table).flatMap(([name, entry]) => {
    const found = place(entry)
    return found ? [{ command: commandId(name), when: found.when, group: found.group }] : []
  })
}

function keybindings(table: Record<string, CommandEntry>): JsonObject[] {
  return Object.entries(table).flatMap(([name, { key }]) =>
    key ? [{ command: commandId(name), ...key }] : [],
  )
}

function configuration(): JsonObject {
  const properties = Object.values(SETTINGS).map((entry, index) => {
    const { name, description: _, restricted: __, ...schema } = { restricted: false, ...entry }
    return [
      `aepo.${name}`,
      { ...schema, order: index + 1, markdownDescription: `%setting.${name}%` },
    ]
  })
  return { title: 'AEPO', properties: Object.fromEntries(properties) as JsonObject }
}

/** Settings that VS Code ignores in an untrusted workspace. */
const restrictedSettings = (): string[] =>
  Object.values(SETTINGS)
    .filter((entry) => 'restricted' in entry)
    .map(({ name }) => `aepo.${name}`)

/** What package.json says of the commands of a table. */
export function commandContributions(table: Record<string, CommandEntry>): JsonObject {
  const keys = keybindings(table)
  return {
    commands: commands(table),
    menus: {
      commandPalette: menu(table, ({ palette }) =>
        palette === undefined ? undefined : { when: palette },
      ),
      'explorer/context': menu(table, ({ explorer }) => explorer),
      'editor/title': menu(table, ({ editorTitle }) => editorTitle),
    },
    keybindings: keys.length > 0 ? keys : undefined,
  }
}

interface Manifest {
  capabilities: { untrustedWorkspaces: JsonObject }
  contributes: JsonObject
}

/** `package.json` with the parts that the tables decide; the text of the file. */
export function manifestFile(current: string): string {
  const manifest = JSON.parse(current) as Manifest
  manifest.capabilities.untrustedWorkspaces['restrictedConfigurations'] = restrictedSettings()
  Object.assign(manifest.contributes, commandContributions(COMMANDS), {
    configuration: configuration(),
  })
  return fileText(manifest)
}

/** `package.nls.json` with the strings of the tables; the text of the file. */
export function stringsFile(current: string): string {
  const others = Object.entries(JSON.parse(current) as Record<string, string>).filter(
    ([key]) => !/^(command|setting)\./.test(key),
  )
  return fileText({ ...Object.fromEntries(others), ...strings() })
}

const fileText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
