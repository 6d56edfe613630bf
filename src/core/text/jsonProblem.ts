// Where and why a text is not JSON, in words: JSON.parse tells neither reliably.
import * as l10n from '@vscode/l10n'
import { type ParseError, printParseErrorCode, visit } from 'jsonc-parser'

/** 1-based. */
export interface Position {
  line: number
  column: number
}

export interface JsonProblem extends Position {
  /** One sentence. */
  message: string
}

type SyntaxError = ReturnType<typeof printParseErrorCode>

const SENTENCES: Readonly<Record<SyntaxError, string>> = {
  InvalidSymbol: l10n.t('This is not a JSON value; strings need double quotes.'),
  InvalidNumberFormat: l10n.t('This is not a number as JSON writes it.'),
  PropertyNameExpected: l10n.t('A key in double quotes is expected here.'),
  ValueExpected: l10n.t('A value is expected here.'),
  ColonExpected: l10n.t('A colon is expected here.'),
  CommaExpected: l10n.t('A comma is missing before this.'),
  CloseBraceExpected: l10n.t('The closing brace } is missing.'),
  CloseBracketExpected: l10n.t('The closing bracket ] is missing.'),
  EndOfFileExpected: l10n.t('The JSON value ends before this.'),
  InvalidCommentToken: l10n.t('JSON has no comments.'),
  UnexpectedEndOfComment: l10n.t('JSON has no comments.'),
  UnexpectedEndOfString: l10n.t('A string is not closed by a double quote.'),
  UnexpectedEndOfNumber: l10n.t('A number is not complete.'),
  InvalidUnicode: l10n.t('A \\u escape needs four hexadecimal digits.'),
  InvalidEscapeCharacter: l10n.t('This escape is unknown to JSON.'),
  InvalidCharacter: l10n.t('Control characters must be written as escapes, such as \\n.'),
  '<unknown ParseErrorCode>': l10n.t('This is not JSON.'),
}

/** The first problem of a text that JSON.parse refuses. */
export function jsonProblem(text: string): JsonProblem {
  let first: Pick<ParseError, 'error' | 'offset'> | undefined
  visit(
    text,
    { onError: (error, offset) => (first ??= { error, offset }) },
    { disallowComments: true },
  )
  return {
    ...positionAt(text, first?.offset ?? text.length),
    message: first ? syntaxSentence(first.error) : SENTENCES['<unknown ParseErrorCode>'],
  }
}

/** What an error of the parser means, in one sentence. */
export function syntaxSentence(error: ParseError['error']): string {
  return SENTENCES[printParseErrorCode(error)]
}

/** Line and column of an offset; columns count UTF-16 units, as editors do. */
export function positionAt(text: string, offset: number): Position {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < lineStart; at = text.indexOf('\n', at + 1))
    line++
  return { line, column: offset - lineStart + 1 }
}
