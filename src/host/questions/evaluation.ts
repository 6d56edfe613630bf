// The questions of Evaluate Two Models…
import * as l10n from '@vscode/l10n'
import { countedPrompts } from '../../core/counted'
import { EMBEDDED_GENERATOR } from '../../core/formats/modelSettings'
import type { Curation } from '../../curation/curation'
import { generatorNames } from '../../curation/engine'
import { BASE } from '../../evaluation/namedModel'
import { askGeneratorName, EMBEDDED } from './generator'
import { chooseFile, pick } from './input'
import type { OfferedModel } from './model'
import { type QuestionAnswer, mapAnswer, type QuestionPlace, type Question } from './sequence'
import type { ServerServices } from './server'

export interface EvaluationAnswers {
  /** Names of the models, as `namedModel` takes them; null before the answer. */
  a: string | null
  b: string | null
  /** A file of prompts; null for held-out ones. */
  prompts: string | null
}

/** How many prompts neither model was trained on. */
type CountHeldOut = (a: string, b: string) => Promise<number>

export function evaluationQuestions(
  services: ServerServices,
  curation: Curation,
  runs: readonly string[],
  countHeldOut: CountHeldOut,
): Question<EvaluationAnswers>[] {
  const offered = offeredModels(curation, runs)
  return [
    {
      ask: async (answers, place) =>
        mapAnswer(
          await askGeneratorName(services, place, {
            placeholder: l10n.t('The first model (A)'),
            offered,
          }),
          (a) => ({ ...answers, a }),
        ),
    },
    {
      ask: async (answers, place) =>
        mapAnswer(
          await askGeneratorName(services, place, {
            placeholder: l10n.t('The second model (B), to compare it with'),
            offered: offered.filter(({ model }) => model !== answers.a),
          }),
          (b) => ({ ...answers, b }),
        ),
    },
    { ask: (answers, place) => askPrompts(answers, place, countHeldOut) },
  ]
}

/** The newest run first: whether it became better is the usual question. */
function offeredModels({ rounds }: Curation, runs: readonly string[]): OfferedModel[] {
  const [first] = rounds
  const [generator, ...others] = first?.generators ?? []
  const base = first && generator && others.length === 0 ? first : null
  return [
    ...runs.map((id) => ({ label: id, description: l10n.t('training run'), model: id })),
    ...(base
      ? [
          {
            label: generatorNames(base.settings),
            description: l10n.t('generator of the first round'),
            model: BASE,
          },
        ]
      : []),
    ...(base && generator?.model === EMBEDDED_GENERATOR ? [] : [EMBEDDED]),
  ]
}

async function askPrompts(
  answers: EvaluationAnswers,
  place: QuestionPlace,
  countHeldOut: CountHeldOut,
): Promise<QuestionAnswer<EvaluationAnswers>> {
  const count = await countHeldOut(answers.a ?? '', answers.b ?? '')
  const heldOut = {
    label: l10n.t('Held-out prompts'),
    description: l10n.t('{0} that neither model was trained on', countedPrompts(count)),
    value: false,
  }
  const other = { label: l10n.t('$(file) Another file of prompts…'), value: true }
  for (;;) {
    const choice = await pick<boolean>(place, count === 0 ? [other] : [heldOut, other], {
      placeholder: l10n.t('On which prompts?'),
    })
    if (choice.kind !== 'given') return choice
    if (!choice.value) return mapAnswer(choice, () => ({ ...answers, prompts: null }))
    const file = await chooseFile(place.title, {
      [l10n.t('Prompts')]: ['jsonl', 'json', 'csv', 'tsv', 'parquet', 'txt', 'gz'],
    })
    if (file.kind !== 'back') return mapAnswer(file, (prompts) => ({ ...answers, prompts }))
  }
}
