// Texts of files and models, as a terminal may be given them.

/** Control characters but for tabs and line feeds: terminals obey them. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu

/**
 * A text that moves no cursor, erases nothing and sets no title: control characters are shown as
 * JSON writes them.
 */
export const harmless = (text: string): string =>
  text.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
