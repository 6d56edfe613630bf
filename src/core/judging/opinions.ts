// The opinions of a judge, from its answers in both orders or its scores.
import type { Preference } from '../../shared/domain'
import type { JudgeAnswer, JudgedText, JudgeRecord, Verdict } from '../../shared/judging'
import { sigmoid } from '../selection/bradleyTerry'

/** What a judge makes of two responses. */
export interface PairOpinion {
  /** 1: the first is better; -1: the second; 0: a tie, also where the two orders disagree. */
  outcome: 1 | 0 | -1
  /** That the first response wins, in [0, 1]: the mean over both orders. */
  probability: number
}

const key = (...texts: readonly JudgedText[]): string =>
  JSON.stringify(texts.flatMap(({ id, textHash }) => [id, textHash]))

/** What one judge said in one version; the first record about the same texts counts. */
export class Opinions {
  private readonly answers = new Map<string, JudgeAnswer>()
  private readonly scores = new Map<string, number>()

  constructor(records: Iterable<JudgeRecord> = []) {
    for (const record of records) this.add(record)
  }

  add(record: JudgeRecord): void {
    if (record.kind === 'score') {
      const name = key(record.candidate)
      if (!this.scores.has(name)) this.scores.set(name, record.score)
    } else {
      const name = key(record.first, record.second)
      if (!this.answers.has(name)) this.answers.set(name, record)
    }
  }

  /** The answer about two responses in this order. */
  answer(first: JudgedText, second: JudgedText): JudgeAnswer | undefined {
    return this.answers.get(key(first, second))
  }

  score(text: JudgedText): number | undefined {
    return this.scores.get(key(text))
  }

  /** null until both orders were asked, or both texts have a score, and for unreadable answers. */
  pair(first: JudgedText, second: JudgedText): PairOpinion | null {
    const [one, other] = [this.score(first), this.score(second)]
    if (one !== undefined && other !== undefined) return byScores(one, other)
    const answers = [this.answer(first, second), this.answer(second, first)] as const
    return answers[0] && answers[1] ? byAnswers(answers[0], answers[1]) : null
  }

  /**
   * The preference among two or more responses; null where the opinion on a pair is missing. More
   * than two are ranked by the number of pairs that they win, a tie counting half (Copeland).
   */
  preference(texts: readonly JudgedText[]): Preference | null {
    const points = new Map(texts.map(({ id }) => [id, 0]))
    for (const [place, first] of texts.entries())
      for (const second of texts.slice(place + 1)) {
        const opinion = this.pair(first, second)
        if (!opinion) return null
        points.set(first.id, (points.get(first.id) ?? 0) + opinion.outcome)
        points.set(second.id, (points.get(second.id) ?? 0) - opinion.outcome)
      }
    const levels = [...new Set(points.values())].sort((a, b) => b - a)
    if (levels.length < 2) return { kind: 'tie' }
    return {
      kind: 'ranking',
      tiers: levels.map((level) => [...points].flatMap(([id, own]) => (own === level ? [id] : []))),
    }
  }
}

const byScores = (one: number, other: number): PairOpinion => ({
  outcome: Math.sign(one - other) as PairOpinion['outcome'],
  probability: sigmoid(one - other),
})

function byAnswers(straight: JudgeAnswer, swapped: JudgeAnswer): PairOpinion | null {
  const [one, other] = [outcomeOf(straight.verdict), outcomeOf(swapped.verdict)]
  if (one === null || other === null) return null
  return {
    outcome: one === -other ? one : 0,
    probability: (probabilityOf(straight, one) + 1 - probabilityOf(swapped, other)) / 2,
  }
}

/** 1 for the first response, -1 for the second; null for an answer without a verdict. */
export function outcomeOf(verdict: Verdict | null): 1 | 0 | -1 | null {
  switch (verdict) {
    case 'first':
      return 1
    case 'second':
      return -1
    case 'tie':
      return 0
    case null:
      return null
  }
}

const probabilityOf = ({ probability }: JudgeAnswer, outcome: number): number =>
  probability ?? (outcome + 1) / 2
