// The vocabulary of `when` clauses: https://code.visualstudio.com/api/references/when-clause-contexts

/** An expression over context keys, as package.json writes it. */
export type When = string

/** The extension's own context keys, without the prefix `aepo.`; `contextKeys.ts` sets them. */
export const CONTEXT_KEYS = [
  'hasCuration',
  'curationInFront',
  'generating',
  'generatingFiles',
  'training',
  'trainingFiles',
] as const
export type ContextKey = (typeof CONTEXT_KEYS)[number]

const own = (key: ContextKey): When => `aepo.${key}`
export const not = (when: When): When => `!(${when})`
/** True when each operand is; an operand with `||` stands in parentheses. */
export const all = (...operands: When[]): When =>
  operands.map((when) => (when.includes('||') ? `(${when})` : when)).join(' && ')
export const any = (...operands: When[]): When => operands.join(' || ')
const resourceIn = (key: ContextKey): When => `resourcePath in ${own(key)}`
const resourceNotIn = (key: ContextKey): When => `resourcePath not in ${own(key)}`

export const TRUSTED: When = 'isWorkspaceTrusted'

/** The file that the menu or the editor shows is a curation. */
export const ON_CURATION: When = 'resourceFilename =~ /\\.aepo\\.json$/'
export const ON_PROMPTS: When = all(
  'resourceExtname =~ /\\.(jsonl|ndjson|csv|tsv|parquet|txt)$/',
  not('resourceFilename =~ /\\.dpo\\.jsonl$/'),
)

export const CURATION_EDITOR_ACTIVE: When = 'activeCustomEditorId == aepo.curation'
export const CURATION_EDITOR_INACTIVE: When = 'activeCustomEditorId != aepo.curation'
export const CURATION_IN_FRONT: When = own('curationInFront')
/** The command can mean a curation: of the workspace or in front. */
export const HAS_CURATION: When = any(own('hasCuration'), CURATION_IN_FRONT)
/** As {@link HAS_CURATION}, or the menu was opened on one. */
export const MEANS_CURATION: When = any(HAS_CURATION, ON_CURATION)

export const GENERATING: When = own('generating')
export const GENERATING_HERE: When = resourceIn('generatingFiles')
export const NOT_GENERATING_HERE: When = resourceNotIn('generatingFiles')
export const TRAINING: When = own('training')
export const TRAINING_HERE: When = resourceIn('trainingFiles')
