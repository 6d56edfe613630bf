// Curations with judges of known biases, and labels to compare them with.
import { annotateOpen } from '../../../../src/curation/annotators/annotateOpen'
import { byScore } from '../../../../src/curation/annotators/byScore'
import { type Judge, openJudge } from '../../../../src/curation/annotators/judge'
import { judgeModel } from '../../../../src/curation/annotators/judgeModels'
import {
  type JudgeRunOptions,
  type JudgeRunResult,
  runJudge,
} from '../../../../src/curation/annotators/judgeRun'
import type { Curation } from '../../../../src/curation/curation'
import { importCandidates } from '../../../../src/curation/prompts/importCandidates'
import { selectAll } from '../../../../src/curation/selection/select'
import type { JudgedAnswer, JudgeParams } from '../../../../src/shared/engineProtocol'
import type { JudgeRecord } from '../../../../src/shared/judging'
import { jsonLines } from '../../../support/jsonLines'
import { seededRandom } from '../../judging/support'
import { CurationFolder, QUIETLY } from './curationFolder'
import { FakeEngine } from './fakeEngine'

/** Which of the two responses a judge sees is better: A, B or tie. */
export type Says = (a: string, b: string) => string

/** "good" in a text means that people prefer it. */
export const isGood = (text: string): boolean => text.includes('good')
const PADDING = ' and so on and on'

export interface Made {
  folder: CurationFolder
  curation: Curation
  engine: FakeEngine
}

/** Prompts with a good and a bad response each, of lengths that say nothing; some labelled. */
export async function made(
  count: number,
  judges: object[] = [{ name: 'j', kind: 'local', budget: 1000 }],
  k = 2,
): Promise<Made> {
  const random = seededRandom(5)
  const prompts = Array.from({ length: count }, (_, place) => `Question ${place}?`)
  const folder = new CurationFolder(prompts, {
    sampling: { n: k },
    selection: { guard: false, k },
    annotation: { budget: 1000 },
    judges: judges as never,
  })
  const text = (word: string, place: number): string =>
    `A ${word} answer to ${place}${PADDING.repeat(Math.floor(random() * 20))}`
  const responses = folder.writeRows(
    'responses.jsonl',
    prompts.map((prompt, place) => ({
      prompt,
      responses: ['good', 'bad', 'worse'].slice(0, k).map((word) => text(word, place)),
    })),
  )
  const curation = await folder.open('person')
  await importCandidates(curation, responses)
  const engine = new FakeEngine()
  await selectAll(curation, engine, { ...QUIETLY, onAdded: () => undefined })
  return { folder, curation, engine }
}

export const people = (curation: Curation): Promise<unknown> =>
  annotateOpen(
    curation,
    byScore((text) => Number(isGood(text))),
    QUIETLY.signal,
  )

/** The responses in the default prompt. */
export function shown({ messages }: JudgeParams): [string, string] {
  const content = messages[0]?.content ?? ''
  const [, a = '', b = ''] = /# Response A\n\n(.*)\n\n# Response B\n\n(.*)\n/.exec(content) ?? []
  return [a, b]
}

export const saying =
  (says: Says) =>
  (params: JudgeParams): JudgedAnswer => ({
    text: `{"verdict": "${says(...shown(params))}"}`,
    promptTokens: 10,
    tokens: 2,
  })

export async function run(
  { curation, engine }: Made,
  says: Says,
  options: Partial<JudgeRunOptions> = {},
): Promise<{ judge: Judge; result: JudgeRunResult }> {
  engine.answers = saying(says)
  return runAgain({ curation, engine }, options)
}

export async function runAgain(
  { curation, engine }: Pick<Made, 'curation' | 'engine'>,
  options: Partial<JudgeRunOptions> = {},
  name = 'j',
): Promise<{ judge: Judge; result: JudgeRunResult }> {
  const judge = openJudge(curation, name)
  const model = judgeModel(curation, judge.settings, {
    engine: () => engine,
    runner: () => Promise.reject(new Error('no Python in this test')),
    editor: null,
    onNotice: () => undefined,
  })
  const result = await runJudge(curation, judge, model, {
    ...QUIETLY,
    onNotice: () => undefined,
    ...options,
  })
  return { judge, result }
}

export const journal = ({ folder }: Made, name = 'j'): JudgeRecord[] =>
  jsonLines(folder.inside(`a.aepo/judges/${name}.jsonl`)) as JudgeRecord[]
