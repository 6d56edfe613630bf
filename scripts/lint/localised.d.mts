import type { Rule } from 'eslint'

export const localised: Rule.RuleModule
