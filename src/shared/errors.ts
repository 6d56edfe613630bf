// Errors as data: what crosses a process boundary, and what a person is shown.
import * as l10n from '@vscode/l10n'

/**
 * Every kind of failure that a caller may want to tell apart. A new one is added here, nowhere
 * else.
 */
export const FAILURE_CODES = [
  'bad-input', // a file or value the person can correct: say which, where, and how
  'not-found',
  'no-permission',
  'disk-full',
  'model-incomplete',
  'model-unreachable',
  // a model server that does not answer, or not with an answer, after all tries
  'server-unreachable',
  // a model server that answers no: its key, its model, or a setting it does not take
  'server-refused',
  'device-unavailable',
  'context-overflow', // a prompt that does not fit the model's context
  // one prompt, or one text to embed, that a chat template or a server does not take
  'prompt-refused',
  'out-of-memory',
  'busy', // another process works on the same curation
  'cancelled',
  'engine-died',
  'training-failed',
  'untrusted',
  'internal',
] as const
export type FailureCode = (typeof FAILURE_CODES)[number]

/** What went wrong, where, and what to do. Plain data; survives structured clone and JSON. */
export interface Failure {
  readonly code: FailureCode
  /** One sentence: what happened. */
  readonly message: string
  /** The file or model it happened to. */
  readonly where?: string
  /** 1-based position in `where`. */
  readonly line?: number
  readonly column?: number
  /** One sentence: what to do now. */
  readonly remedy?: string
}

/** An Error that carries a {@link Failure}. */
export class FailureError extends Error {
  override readonly name = 'FailureError'
  constructor(
    readonly failure: Failure,
    options?: ErrorOptions,
  ) {
    super(describeFailure(failure), options)
  }
}

/** Short for `new FailureError({ code, message, ...rest })`. */
export function failureError(
  code: FailureCode,
  message: string,
  rest: Omit<Failure, 'code' | 'message'> = {},
): FailureError {
  return new FailureError({ code, message, ...rest })
}

/** "prompts.jsonl:7: not JSON. Remove or correct the line." */
export function describeFailure({ where, line, column, message, remedy }: Failure): string {
  const place = [where, line, column].filter((part) => part !== undefined).join(':')
  const happened = place ? `${place}: ${message}` : message
  if (remedy === undefined) return happened
  // after a list the remedy is no part of its last element
  return [asSentence(happened), remedy].join(message.includes('\n') ? '\n' : ' ')
}

/** With a full stop, which messages of other programs lack. */
export const asSentence = (text: string): string =>
  /[.!?…:。！？]["”’»')\]]*$/u.test(text.trimEnd()) ? text.trimEnd() : `${text.trimEnd()}.`

/** As a part of another sentence. */
export const withoutStop = (text: string): string => text.trim().replace(/\.$/, '')

/** Any thrown value as a {@link Failure}; file-system errors keep their meaning. */
export function toFailure(thrown: unknown, where?: string): Failure {
  if (thrown instanceof FailureError) return thrown.failure
  if (isAbort(thrown)) return { code: 'cancelled', message: l10n.t('Cancelled.') }
  const { code, path } = (thrown ?? {}) as { code?: unknown; path?: unknown }
  const place = where ?? (typeof path === 'string' ? path : undefined)
  const at = place === undefined ? {} : { where: place }
  switch (code) {
    case 'ENOENT':
      return {
        code: 'not-found',
        message: l10n.t('The file does not exist.'),
        ...at,
        remedy: l10n.t('Check the path.'),
      }
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG': // a limit on file sizes
      return {
        code: 'disk-full',
        message: l10n.t('The disk is full.'),
        ...at,
        remedy: l10n.t('Free some space and start again; what was written is kept.'),
      }
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'no-permission',
        message: l10n.t('No permission to read or write.'),
        ...at,
        remedy: l10n.t('Change the permissions or choose another folder.'),
      }
    case 'EISDIR':
      return {
        code: 'bad-input',
        message: l10n.t('This is a folder.'),
        ...at,
        remedy: l10n.t('Name a file.'),
      }
    case 'ENOTDIR':
      return {
        code: 'bad-input',
        message: l10n.t('A part of the path is a file, not a folder.'),
        ...at,
        remedy: l10n.t('Check the path.'),
      }
    default:
      return {
        code: 'internal',
        message: thrown instanceof Error ? thrown.message : String(thrown),
        ...at,
        remedy: l10n.t('Try again; report it if it happens again.'),
      }
  }
}

/**
 * AbortError is the platform's name for it, Canceled VS Code's (a question still open when the
 * window closes).
 */
export function isAbort(thrown: unknown): boolean {
  return (
    (thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'Canceled')) ||
    (thrown instanceof FailureError && thrown.failure.code === 'cancelled')
  )
}
