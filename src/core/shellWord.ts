// Words of lines that the user pastes into a terminal.

/** A text as one word of a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w./=:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
