// Reports on judges of known biases, reward models as judges, and judges as the curation file has
// them.
import { describe, expect, it } from 'vitest'
import { openJudge } from '../../../src/curation/annotators/judge'
import { judgeReports, reportOf } from '../../../src/curation/annotators/judgeReport'
import { namedAnnotators } from '../../../src/curation/dataSet/namedAnnotators'
import { trainingRows } from '../../../src/training/rows'
import { seededRandom } from '../judging/support'
import { CurationFolder } from './support/curationFolder'
import { isGood, journal, made, people, run, runAgain, type Says } from './support/judging'

describe('the report exposes', () => {
  const RIGHT: Says = (a) => (isGood(a) ? 'A' : 'B')
  const random = seededRandom(9)

  it.each<[string, Says, string[]]>([
    ['nothing against a judge that is right', RIGHT, []],
    ['a judge that always prefers the first', () => 'A', ['prefers-first']],
    ['a judge that always prefers the second', () => 'B', ['prefers-second']],
    [
      'a judge that always prefers the longer',
      (a, b) => (a.length === b.length ? 'tie' : a.length > b.length ? 'A' : 'B'),
      ['prefers-longer', 'chance'],
    ],
    [
      'a judge that errs in a quarter of its answers',
      (a, b) => (random() < 0.25 ? RIGHT(b, a) : RIGHT(a, b)),
      ['inconsistent'],
    ],
  ])('%s', async (_, says, findings) => {
    const one = await made(60)
    await people(one.curation)
    const { judge, result } = await run(one, says)
    expect(result).toMatchObject({ asked: 60, judged: 60, beyondBudget: 0, tokens: 1440 })
    expect(reportOf(one.curation, judge).findings).toEqual(findings)
  })
})

describe('a reward model', () => {
  it('scores each response once', async () => {
    const one = await made(3, [{ name: 'j', kind: 'reward', model: 'org/model' }])
    await people(one.curation)
    one.engine.scores = ({ responses }) => ({
      scores: responses.map(({ text }) => (isGood(text) ? 1 : -1)),
      tokens: responses.map(() => 3),
    })
    const { judge, result } = await runAgain(one)
    expect(result).toMatchObject({ asked: 3, judged: 3, tokens: 18 })
    expect(journal(one).every(({ kind }) => kind === 'score')).toBe(true)
    const report = reportOf(one.curation, judge)
    expect(report.right).toEqual({ count: 3, of: 3 })
    expect(report.order).toBeNull()
    expect((await runAgain(one)).result.asked).toBe(0)
  })
})

describe('reports', () => {
  it('are of the judges that said something', async () => {
    const one = await made(2, [
      { name: 'j', kind: 'local' },
      { name: 'silent', kind: 'local' },
    ])
    await run(one, () => 'A')
    expect(judgeReports(one.curation).map(({ judge }) => judge)).toEqual(['j'])
  })
})

describe('the curation file', () => {
  it('names a judge that does not exist, or that only VS Code has', async () => {
    const one = await made(1, [{ name: 'e', kind: 'editor' }])
    expect(() => openJudge(one.curation, 'x')).toThrow('There is no judge “x”')
    await expect(runAgain(one, {}, 'e')).rejects.toThrow('language model of VS Code')
  })

  it('is told how to declare the first judge', async () => {
    const one = await made(1, [])
    expect(() => openJudge(one.curation, 'x')).toThrow(
      'Declare it in the curation file: "judges":[{"name":"x","kind":"local"}].',
    )
  })

  it.each([
    [[{ name: 'a' }], 'kind'],
    [[{ name: 'a', kind: 'wizard' }], 'one of "server"'],
    [[{ name: 'a/b', kind: 'local' }], 'letters, digits'],
    [[{ name: 'a', kind: 'local', speed: 1 }], 'judges.0.speed'],
    [
      [
        { name: 'a', kind: 'local' },
        { name: 'a', kind: 'local' },
      ],
      'Two judges',
    ],
  ])('tells what is wrong with %j', async (judges, words) => {
    const folder = new CurationFolder(['p'], { judges: judges as never })
    await expect(folder.open()).rejects.toThrow(words)
  })
})

describe('rows from a judge', () => {
  const RIGHT: Says = (a) => (isGood(a) ? 'A' : 'B')

  it('are made where it is named, and not otherwise', async () => {
    const one = await made(4)
    await run(one, RIGHT, { budget: 3 })
    const { comparisons, dataSet } = one.curation
    expect(dataSet.rows().rows).toEqual([])
    const annotators = namedAnnotators(one.curation, ['judge:j'])
    expect(dataSet.rows({ annotators }).rows).toHaveLength(3)
    const pairs = comparisons.pairs(undefined, annotators)
    expect(pairs.every(({ chosen }) => isGood(chosen.text))).toBe(true)
    expect(dataSet.fileFor({ annotators })).toBe(one.folder.inside('a.by-judge-j.dpo.jsonl'))
  })

  it('mix with those of people by majority where both are named', async () => {
    const one = await made(2)
    await people(one.curation)
    await run(one, (a) => (isGood(a) ? 'B' : 'A'))
    const rows = (names: string[]): number =>
      one.curation.dataSet.rows({ annotators: namedAnnotators(one.curation, names) }).rows.length
    expect(rows(['person'])).toBe(2)
    expect(rows(['judge:j'])).toBe(2)
    expect(rows(['person', 'judge:j'])).toBe(0)
  })

  it('are refused for an annotator that does not exist', async () => {
    const one = await made(1)
    expect(() => namedAnnotators(one.curation, ['nobody'])).toThrow(
      'No annotator is called “nobody”',
    )
    expect(() => namedAnnotators(one.curation, ['judge:x'])).toThrow('There is no judge “x”')
  })

  it('give SPPO the win probabilities of the judge', async () => {
    const one = await made(3)
    await people(one.curation)
    const own = { beta: 0.001, probabilities: 'judge', judge: null, previous: null }
    expect(() => trainingRows(one.curation, { method: 'sppo', own })).toThrow('judge’s opinion')
    await run(one, RIGHT)
    const rows = trainingRows(one.curation, { method: 'sppo', own })
    expect(rows.map(({ values }) => values)).toEqual(
      Array.from({ length: 3 }, () => ({ chosenProbability: 0.75, rejectedProbability: 0.25 })),
    )
  })
})
