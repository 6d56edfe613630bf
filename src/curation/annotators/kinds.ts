// The kinds of annotators: adding one is an entry here with a file behind it. A person is none of
// them: a person's decisions come from the editor to `annotate`.
import type { Curation } from '../curation'
import type { ImportOptions } from '../prompts/importCandidates'
import type { Annotator } from './annotator'
import { openJudge } from './judge'
import { judgeAnnotator } from './judgeAsking'
import { type JudgeMeans, judgeModel } from './judgeModels'
import { replay } from './replay'
import { rule, ANNOTATION_RULES } from './rule'

/** Receives sentences for the user. */
type OnNotice = (sentence: string) => void

export interface AnnotatorKind {
  /** What it can be opened with; null where that is a file. */
  choices: readonly string[] | null
  /** @throws FailureError `bad-input` for an argument that it cannot be opened with. */
  open: (
    curation: Curation,
    argument: string,
    onNotice: OnNotice,
    options: JudgeMeans & ImportOptions,
  ) => Promise<Annotator>
}

export const ANNOTATOR_KINDS = {
  rule: { choices: Object.keys(ANNOTATION_RULES), open: (_, name) => Promise.resolve(rule(name)) },
  replay: { choices: null, open: replay },
  judge: {
    choices: null,
    open: (curation, name, _, means) => {
      const judge = openJudge(curation, name)
      const model = judgeModel(curation, judge.settings, means)
      return Promise.resolve(judgeAnnotator(curation, judge, model))
    },
  },
} satisfies Record<string, AnnotatorKind>
