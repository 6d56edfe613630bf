// A report on a judge that prefers what it sees first.
import type { JudgeReport } from '../../../src/shared/judging'

const share = (count: number, of: number): { count: number; of: number } => ({ count, of })

export const JUDGE: JudgeReport = {
  judge: 'strict',
  model: 'Qwen3-8B',
  judged: 120,
  unreadable: 2,
  tokens: 81_204,
  agreement: { same: share(48, 60), kappa: { value: 0.62, low: 0.43, high: 0.81 }, constant: null },
  right: share(44, 52),
  tied: share(5, 52),
  rightByMean: share(46, 52),
  order: {
    firstWins: share(140, 220),
    disagree: share(21, 120),
    rightWhenFirst: share(49, 50),
    rightWhenSecond: share(40, 49),
  },
  length: {
    longerWins: share(60, 98),
    peopleLonger: share(30, 52),
    longerWherePeopleLonger: share(26, 27),
    longerWherePeopleShorter: share(4, 22),
    bands: [
      {
        from: 1,
        to: 1.2,
        same: share(20, 24),
        kappa: { value: 0.7, low: 0.4, high: 1 },
        constant: null,
      },
      { from: 1.2, to: 2, same: share(28, 36), kappa: null, constant: null },
      { from: 2, to: null, same: share(0, 0), kappa: null, constant: null },
    ],
  },
  findings: ['prefers-first'],
}
