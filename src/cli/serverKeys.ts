// Keys of servers on the command line: the environment variable AEPO_SERVER_KEY, and which server
// may be given which key.
import { UsageError } from './arguments'

const VARIABLE = 'AEPO_SERVER_KEY'

/** Takes the variable out of the environment, so that no process started later inherits it. */
export function takeServerKey(environment: NodeJS.ProcessEnv): string {
  const value = environment[VARIABLE]?.trim() ?? ''
  Reflect.deleteProperty(environment, VARIABLE)
  return value
}

/**
 * The key for each origin: the variable holds one key, or `ORIGIN=KEY` for each server, separated
 * by spaces.
 * @param origins of the servers that the curation names.
 * @throws UsageError when one key stands for several servers: a key is told to no other server than
 *   its own.
 */
export function keysByOrigin(
  value: string,
  origins: readonly string[],
): (origin: string) => string | null {
  if (value === '') return () => null
  if (!/^https?:\/\//.test(value)) {
    if (origins.length > 1)
      throw new UsageError(
        `The curation names several servers: say in ${VARIABLE} which key is whose, as ${origins.map((origin) => `${origin}=KEY`).join(' ')}.`,
      )
    return (origin) => (origin === origins[0] ? value : null)
  }
  const keys = new Map(
    value.split(/\s+/).map((pair) => {
      const [, origin, key] = /^(https?:\/\/[^=]+)=(.+)$/.exec(pair) ?? []
      if (origin === undefined || key === undefined || !URL.canParse(origin))
        throw new UsageError(`${VARIABLE} holds one key, or ORIGIN=KEY for each server.`)
      return [new URL(origin).origin, key] as const
    }),
  )
  return (origin) => keys.get(origin) ?? null
}
