// Curations as earlier work would have left them, written through the store: no model is needed to
// come to what a test is about.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { candidateId, generationId, selectionId, textHash } from '../../../src/core/formats/ids'
import { Curation } from '../../../src/curation/curation'
import { annotate } from '../../../src/curation/labelling/annotate'
import { findTask } from '../../../src/curation/labelling/tasks'
import type { Candidate, Selection } from '../../../src/shared/domain'
import { CurationOnDisk } from './curationOnDisk'

export interface Work {
  prompts: readonly string[]
  annotator: string
  /** How many selections are decided, the first response being better. */
  annotated: number
  /** Longest response of the curation as its file says. */
  maxNewTokens?: number
  /** Why every candidate ends; by itself by default. */
  finishReason?: Candidate['finishReason']
  /** The temperature that the candidates came from; that of the curation by default. */
  temperature?: number
}

/**
 * Writes `<name>.aepo.json` with its prompts, two candidates and a selection of each, and
 * decisions.
 */
export async function labelledCuration(
  folder: string,
  name: string,
  { prompts, annotator, annotated, maxNewTokens, temperature, finishReason = 'stop' }: Work,
): Promise<CurationOnDisk> {
  const file = join(folder, `${name}.aepo.json`)
  writeFileSync(
    join(folder, `${name}.jsonl`),
    prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  writeFileSync(
    file,
    `${JSON.stringify({ version: 1, prompts: `${name}.jsonl`, output: `${name}.dpo.jsonl`, sampling: { n: 2, ...(maxNewTokens === undefined ? {} : { maxNewTokens }) } }, null, 2)}\n`,
  )
  const curation = await Curation.open(file, {
    annotator,
    onMessage: () => undefined,
    now: () => new Date(),
  })
  const { n, ...sampling } = curation.settings.sampling
  const settings = {
    kind: 'generation',
    model: 'builtin:SmolLM2-135M-Instruct',
    device: 'cpu',
    sampling: { ...sampling, ...(temperature === undefined ? {} : { temperature }) },
  } as const
  const record = { ...settings, id: generationId(settings) }
  for (const { id: promptId, messages } of curation.prompts) {
    const texts = [
      'An answer that says what was asked for.',
      'Another one that says too little.',
    ].map((text) => `${messages.at(-1)?.content ?? ''} ${text}`)
    const candidates = texts.slice(0, n).map((text, index): Candidate => ({
      id: candidateId(promptId, 1, index),
      promptId,
      round: 1,
      index,
      text,
      seed: index,
      finishReason,
      tokenCount: 9,
      logprob: -9,
      generationId: record.id,
    }))
    await curation.store.appendCandidates(record, candidates)
    const content: Omit<Selection, 'id'> = {
      promptId,
      round: 1,
      candidateIds: candidates.map(({ id }) => id),
      textHashes: candidates.map(({ text }) => textHash(text)),
      method: 'aepo',
      k: 2,
      lambda: 0.5,
      n: 2,
      objective: 0.2,
      representativeness: 0.4,
      redundancy: 0.4,
      exact: true,
      removed: [],
    }
    await curation.store.transaction((transaction) =>
      transaction.appendSelections([{ ...content, id: selectionId(content) }]),
    )
  }
  for (let done = 0; done < annotated; done++) {
    const task = findTask(curation, { go: 'next-open' })
    if (!task) break
    const [best = '', ...others] = task.responses.map(({ candidateId: id }) => id)
    await annotate(curation, {
      selectionId: task.selectionId,
      preference: { kind: 'ranking', tiers: [[best], others] },
      milliseconds: 1,
      shownOrder: [best, ...others],
      note: '',
    })
  }
  await curation.dataSet.settled()
  return new CurationOnDisk(file)
}
