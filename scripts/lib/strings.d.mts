// Types of strings.mjs.
/** The literals that a source passes to `l10n.t`; values of a template are `{0}`, `{1}` … */
export function localisedStrings(source: string): string[]
