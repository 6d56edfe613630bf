// API keys of servers, from the environment variable AEPO_SERVER_KEY.
// Invariant I11.
import * as l10n from '@vscode/l10n'
import { UsageError } from './usageError'

const VARIABLE = 'AEPO_SERVER_KEY'

/** Removes the variable from the environment, so that no child process inherits it. */
export function takeServerKey(environment: NodeJS.ProcessEnv): string {
  const value = environment[VARIABLE]?.trim() ?? ''
  Reflect.deleteProperty(environment, VARIABLE)
  return value
}

/**
 * The key for each origin.
 * @param value one key, or `ORIGIN=KEY` for each server, separated by spaces.
 * @param origins of the servers that the curation names.
 * @throws UsageError if one key is given for several servers: a key is sent to its own server only.
 */
export function keysByOrigin(
  value: string,
  origins: readonly string[],
): (origin: string) => string | null {
  if (value === '') return () => null
  if (!/^https?:\/\//.test(value)) {
    if (origins.length > 1)
      throw new UsageError(
        l10n.t`The curation names several servers: set ${VARIABLE} to one key for each, as ${origins.map((origin) => `${origin}=KEY`).join(' ')}.`,
      )
    return (origin) => (origin === origins[0] ? value : null)
  }
  const keys = new Map(
    value.split(/\s+/).map((pair) => {
      const [, origin, key] = /^(https?:\/\/[^=]+)=(.+)$/.exec(pair) ?? []
      if (origin === undefined || key === undefined || !URL.canParse(origin))
        throw new UsageError(l10n.t`${VARIABLE} holds one key, or ORIGIN=KEY for each server.`)
      return [new URL(origin).origin, key] as const
    }),
  )
  return (origin) => keys.get(origin) ?? null
}
