// Server-sent events, as servers write them: the standard's form, and near misses of it.
import { pythonJsonOf } from '../../core/text/jsonText'

/** The data of one event. */
export interface ServerEvent {
  /** `error` for an event, or a field, of this name. */
  type: string
  /** The value of its JSON; undefined for {@link isEnd}. */
  value: unknown
  /** Whether it says that the stream is over. */
  isEnd: boolean
}

const LINE_ENDS = /\r\n|\n|\r/
/** A field and its value. A colon before the first letter begins a comment. */
const FIELD = /^\ufeff?(\w+):\s*(.*)$/
const END = '[DONE]'

/**
 * Data of several lines is one value. Some servers leave out the empty line between events, so an
 * event ends where its data is complete.
 */
export class EventStream {
  /** Parts since the last line end: joined once, for a line of megabytes comes in many. */
  private rest: string[] = []
  private type = ''
  private data = ''

  /** The events that end in the next part of a stream, which may end anywhere. */
  push(text: string): ServerEvent[] {
    const before = this.rest.at(-1) ?? ''
    this.rest.push(text)
    if (!before.endsWith('\r') && !/[\r\n]/.test(text)) return []
    const all = this.rest.join('')
    // A line feed may follow in the next part.
    const whole = all.endsWith('\r') ? all.slice(0, -1) : all
    const lines = whole.split(LINE_ENDS)
    this.rest = [(lines.pop() ?? '') + all.slice(whole.length)]
    return lines.flatMap((line) => this.read(line))
  }

  private read(line: string): ServerEvent[] {
    if (line === '') this.begin()
    const [, field, content = ''] = FIELD.exec(line) ?? []
    if (field === 'event') this.type = content.trim()
    // llama.cpp writes an error under a name of its own
    if (field === 'error') this.type = field
    return field === 'data' || field === 'error' ? this.take(content) : []
  }

  private take(content: string): ServerEvent[] {
    if (content.trim() === END) return [{ type: this.type, value: undefined, isEnd: true }]
    this.data += this.data === '' ? content : `\n${content}`
    const value = pythonJsonOf(this.data)
    if (value === undefined) return []
    const event = { type: this.type, value, isEnd: false }
    this.begin()
    return [event]
  }

  private begin(): void {
    this.type = ''
    this.data = ''
  }
}

/** Whether a text begins with a field of an event. */
export const isEventStream = (text: string): boolean =>
  /^\s*(data|event|id|retry|error):/.test(text)
