// What a newcomer does, from a file of prompts to a trained adapter, in a real VS Code on the
// packaged extension.
import { join } from 'node:path'
import { expect } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { CurationOnDisk, filesIn } from './support/curationOnDisk'
import { Labelling } from './support/labelling'
import { createCuration } from './support/newCuration'
import {
  checkAnnotations,
  checkCandidates,
  checkRun,
  checkSelections,
  MAX_NEW_TOKENS,
  N,
  PROMPTS,
  standing,
} from './support/newcomer'
import { HYPERPARAMETERS, runCard, startTraining } from './support/training'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const STEPS = HYPERPARAMETERS.maxSteps

/**
 * Room for the candidates of about two prompts at once: later selections come while earlier ones
 * are labelled.
 */
const KV_CACHE_MEGABYTES = 64

const vscodeTest = useVSCode({
  settings: {
    'aepo.annotator': 'newcomer',
    'aepo.engine.kvCacheMegabytes': KV_CACHE_MEGABYTES,
    'aepo.training.python': await installPython(),
  },
})
const promptRows = PROMPTS.map((prompt, index) => JSON.stringify({ id: index, prompt })).join('\n')

vscodeTest(
  'a newcomer goes from prompts to a trained model',
  { files: { 'questions.jsonl': `${promptRows}\n` } },
  async (workbench) => {
    const curation = new CurationOnDisk(join(workbench.workspace, 'questions.aepo.json'))
    await createCuration(workbench, {
      prompts: 'questions.jsonl',
      n: N,
      longest: MAX_NEW_TOKENS,
    })

    const labelling = new Labelling(workbench.curation())
    await labelling.waitForCounts({ prompts: PROMPTS.length, candidates: 0 })
    await workbench.runCommand('AEPO: Generate Candidates')
    await labelling.isShown(1)
    await workbench.picture('labelling')
    await labelling.showRawTexts()
    const shown = [await labelling.decide('1 Prefer')]
    const { candidates } = await until('a journal whose last line is whole', () =>
      curation.candidates(),
    )
    expect(candidates.length, 'labelling began while generation went on').toBeLessThan(
      PROMPTS.length * N,
    )
    shown.push(await labelling.decide('2 Prefer'))
    const third = await labelling.decide('1 Prefer')
    await labelling.undo()
    await labelling.shows(third)
    expect(standing(curation)).toHaveLength(2)

    await workbench.reload()
    await labelling.waitForCounts({ annotated: 2, pairs: 2 })
    await labelling.showRawTexts()
    await labelling.shows(third)
    await workbench.runCommand('AEPO: Generate Candidates')
    shown.push(
      await labelling.decide('2 Prefer'),
      await labelling.decide('Tie'),
      await labelling.decide('1 Prefer'),
    )
    await labelling.waitForCounts({ annotated: PROMPTS.length, pairs: 4 })

    checkCandidates(curation)
    checkSelections(curation)
    const labelled = checkAnnotations(curation, shown)
    const finished = labelled.filter(({ teachesCutOff }) => !teachesCutOff)
    expect(finished.length, 'a chosen response that was not cut off').toBeGreaterThan(0)
    await workbench.runCommand('AEPO: Export Data Set…')
    await workbench.quickInput.waitFor('Format of the rows')
    await workbench.quickInput.pick('DPO')
    if (finished.length < labelled.length) {
      await workbench.quickInput.waitFor('cut off at the token limit')
      await workbench.quickInput.pick('Leave them out')
    }
    await workbench.quickInput.waitFor('Into which folder?')
    await workbench.quickInput.pick('Beside the data set')
    await workbench.tab('questions.dpo.jsonl').waitFor()
    expect(curation.rows()).toEqual(finished.map(({ row }) => row))

    await startTraining(workbench)
    await workbench.tab('questions.aepo.json').click()
    const run = await runCard(workbench)
    await run.getByText('Finished').waitFor({ timeout: 240_000 })
    await run.getByText(`Step ${STEPS} of ${STEPS}`).waitFor()
    await run.getByRole('img', { name: /^Loss over/ }).waitFor()
    await workbench.picture('training-tiny')

    checkRun(
      curation,
      labelled.map(({ row }) => row),
    )
    const [id = ''] = curation.runIds()
    expect(
      filesIn(workbench.workspace).filter((file) => !file.startsWith(`questions.aepo/runs/${id}/`)),
    ).toEqual([
      'questions.aepo.json',
      'questions.aepo/.gitignore',
      'questions.aepo/annotations/newcomer.jsonl',
      'questions.aepo/candidates.jsonl',
      'questions.aepo/embeddings.f32',
      'questions.aepo/embeddings.index.jsonl',
      'questions.aepo/selections.jsonl',
      'questions.dpo.jsonl',
      'questions.jsonl',
    ])
  },
)
