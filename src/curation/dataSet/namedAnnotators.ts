// Whose preferences count: by default everyone's but the judges'. A judge counts where it is named.
import * as l10n from '@vscode/l10n'
import { judgeOfAnnotator, judgeAnnotator as nameOfJudge } from '../../core/formats/judgeSettings'
import { failureError } from '../../shared/errors'
import { judgedText, judgesOf, openJudge } from '../annotators/judge'
import type { Curation } from '../curation'
import type { NamedAnnotators } from './comparisons'

/**
 * @param names of annotators, and of judges as `judge:NAME`.
 * @throws FailureError `bad-input` for one that has annotated nothing, or a judge that is not
 *   declared.
 */
export function namedAnnotators(curation: Curation, names: readonly string[]): NamedAnnotators {
  const { annotations } = curation.store
  const judges = names
    .flatMap((name) => judgeOfAnnotator(name) ?? [])
    .map((name) => openJudge(curation, name))
  const people = names.filter((name) => judgeOfAnnotator(name) === undefined)
  const unknown = people.find((name) => !annotations.annotators.includes(name))
  if (unknown !== undefined) throw unknownAnnotator(curation, unknown)
  return {
    names,
    statements: ({ id }, candidates) => [
      ...people.flatMap((name) => annotations.standing(name).get(id) ?? []),
      ...judges.flatMap(({ opinions }) => {
        const preference = opinions.preference(candidates.map(judgedText))
        return preference ? { preference } : []
      }),
    ],
  }
}

function unknownAnnotator(curation: Curation, name: string): Error {
  const known = [
    ...curation.store.annotations.annotators,
    ...judgesOf(curation).map((judge) => nameOfJudge(judge.name)),
  ]
  return failureError('bad-input', l10n.t`No annotator is called “${name}”.`, {
    where: curation.paths.annotations,
    remedy:
      known.length === 0
        ? l10n.t('Nobody has labelled anything yet.')
        : l10n.t`The annotators are: ${known.join(', ')}.`,
  })
}
