// The log of a run as people read it. The runner names figures by their ids ("rewardMargin 0.5");
// here they get the labels that charts and tables have.
import type { Figure } from '../../shared/runProtocol'
import { figureText } from './charts/figureText'

/** "step 3/56", and "held out: " before figures whose labels say so themselves. */
const STEP = /^(step \d+\/\d+ {2})(?:held out: )?(.*?)(\r?)$/
/** The start of a line of a step, whose rest is not written yet. */
const UNFINISHED = /(?:^|\n)(s|st|ste|step(?: [^\n]*)?)$/

/** Takes a log in pieces, as it grows. */
export class LogText {
  private readonly labels: ReadonlyMap<string, string>
  private unfinished = ''

  constructor(figures: readonly Figure[]) {
    this.labels = new Map(figures.map(({ id, label }) => [id, label]))
  }

  /** The text to show; the start of a line of a step is held back until the line ends. */
  take(piece: string): string {
    const text = this.unfinished + piece
    this.unfinished = UNFINISHED.exec(text)?.[1] ?? ''
    const whole = text.slice(0, text.length - this.unfinished.length)
    return whole
      .split('\n')
      .map((line) => this.readable(line))
      .join('\n')
  }

  private readable(line: string): string {
    const [, start, figures, end] = STEP.exec(line) ?? []
    if (start === undefined || figures === undefined) return line
    return `${start}${figures
      .split('  ')
      .map((figure) => this.labelled(figure))
      .join('  ')}${end}`
  }

  private labelled(figure: string): string {
    const [, id = '', value = ''] = /^(\S+) (.+)$/.exec(figure) ?? []
    const label = this.labels.get(id)
    if (label === undefined) return figure
    return `${label} ${Number.isFinite(Number(value)) ? figureText(Number(value)) : value}`
  }
}
