// Curations whose selections rest on labels, and how they are labelled.
import { annotateOpen } from '../../../../src/curation/annotators/annotateOpen'
import { byScore } from '../../../../src/curation/annotators/byScore'
import { countsOf } from '../../../../src/curation/counts'
import type { Curation } from '../../../../src/curation/curation'
import { checkSelections } from '../../../../src/curation/learning/checkSelections'
import { selectAhead } from '../../../../src/curation/learning/selectAhead'
import type { LabelMethod, Selection } from '../../../../src/shared/domain'
import { jsonLines } from '../../../support/jsonLines'
import { CurationFolder, QUIETLY } from './curationFolder'
import { FakeEngine } from './fakeEngine'
import { decide, openTask } from './labelling'

const { signal } = QUIETLY
export const sampling = { n: 6 }
/** The answers differ in their numbers alone. */
const byNumber = byScore((text) => Number(/\d+/.exec(text)?.[0]))

export const folderFor = (method: LabelMethod, prompts: number, k = 2): CurationFolder =>
  new CurationFolder(
    Array.from({ length: prompts }, (_, place) => `question ${place}: ${'why '.repeat(place % 5)}`),
    { sampling, selection: { method, k } },
  )

export const journalled = (folder: CurationFolder): Selection[] =>
  jsonLines(folder.inside('a.aepo/selections.jsonl')) as Selection[]

export const check = (curation: Curation): ReturnType<typeof checkSelections> =>
  checkSelections(curation, new FakeEngine(), { signal, onProgress: () => undefined })

export const ahead = (curation: Curation, shown: string | null = null): Promise<number> =>
  selectAhead(curation, new FakeEngine(), { signal, shown })

export const annotateAll = (
  curation: Curation,
  engine = new FakeEngine(),
): ReturnType<typeof annotateOpen> => annotateOpen(curation, byNumber, signal, engine)

/** Labels as a person does: the next selections are made while one is on the screen. */
export async function labelAll(curation: Curation): Promise<void> {
  let shown: string | null = null
  for (;;) {
    await ahead(curation, shown)
    const { annotated, selected } = countsOf(curation)
    if (annotated === selected) break
    const task = openTask(curation)
    await decide(curation, task)
    shown = task.promptId
  }
  await curation.dataSet.settled()
}
