// Conversations that a data set holds as one text: the formats of transcripts that are in use, read
// back as messages.
import type { Message } from '../../shared/domain'
import { ROLES } from './roles'

interface TranscriptFormat {
  id: string
  /** The mark before each turn, with its role in the group `role`. */
  turn: RegExp
  /** Marks that end a turn and belong to no text. */
  ends?: RegExp
  /** How the text begins that may stand before the first turn: a system message. */
  preamble?: RegExp
}

const FORMATS: readonly TranscriptFormat[] = [
  { id: 'Human/Assistant', turn: /(?:^|\n\n)(?<role>Human|Assistant):[ \n]?/g },
  { id: 'User/Assistant', turn: /(?:^|\n\n)(?<role>System|User|Assistant):[ \n]?/g },
  {
    id: 'Vicuna',
    turn: /(?:^|[\s>])(?<role>USER|ASSISTANT): ?/g,
    ends: /<\/s>|<\|endoftext\|>/g,
    preamble: /^A chat between /,
  },
  { id: '### Human', turn: /\s*### ?(?<role>Human|Assistant|System|User): ?/g },
  {
    id: 'Alpaca',
    turn: /(?:^|\n)### ?(?<role>Instruction|Input|Response):[ \n]?/g,
    ends: /<\/s>|<\|endoftext\|>/g,
    preamble: /^Below is an instruction /,
  },
  { id: 'ChatML', turn: /<\|im_start\|>(?<role>\w+)\n/g, ends: /<\|im_end\|>|<\|endoftext\|>/g },
  {
    id: 'Llama 3',
    turn: /<\|start_header_id\|>(?<role>\w+)<\|end_header_id\|>\n*/g,
    ends: /<\|eot_id\|>|<\|begin_of_text\|>|<\|end_of_text\|>/g,
  },
  {
    id: 'Gemma',
    turn: /<start_of_turn>(?<role>\w+)\n/g,
    ends: /<end_of_turn>|<bos>|<eos>/g,
  },
  {
    id: 'Zephyr',
    turn: /<\|(?<role>system|user|assistant|prompter)\|>\n?/g,
    ends: /<\|end\|>|<\/s>|<\|endoftext\|>/g,
  },
]

/** Alpaca's own words before the instruction, which carry nothing. */
const ALPACA_PREAMBLE =
  /^Below is an instruction that describes a task.*?appropriately completes the request\.$/s

export interface Transcript {
  format: string
  messages: Message[]
}

/**
 * The messages of a text that is a transcript: it begins with the mark of a turn, and has the mark
 * of an assistant's turn. Undefined for every other text.
 */
export function readTranscript(text: string): Transcript | undefined {
  for (const format of FORMATS) {
    const messages = messagesOf(text, format)
    if (messages) return { format: format.id, messages }
  }
  const messages = llama2Messages(text)
  return messages && { format: 'Llama 2', messages }
}

function messagesOf(
  text: string,
  { id, turn, ends, preamble: opening }: TranscriptFormat,
): Message[] | undefined {
  const marks = [...text.matchAll(turn)]
  const [first] = marks
  if (!first) return undefined
  const clean = (part: string): string => (ends ? part.replace(ends, '') : part).trim()
  const preamble = clean(text.slice(0, first.index))
  if (preamble !== '' && !opening?.test(preamble)) return undefined
  const messages: Message[] = []
  if (preamble !== '' && !(id === 'Alpaca' && ALPACA_PREAMBLE.test(preamble)))
    messages.push({ role: 'system', content: preamble })
  for (const [place, mark] of marks.entries()) {
    const role = roleOf(mark.groups?.['role'] ?? '')
    if (!role) return undefined
    const end = marks[place + 1]?.index ?? text.length
    const content = clean(text.slice(mark.index + mark[0].length, end))
    const last = messages.at(-1)
    if (last?.role === role && role === 'user')
      last.content = [last.content, content].filter((part) => part !== '').join('\n\n')
    else messages.push({ role, content })
  }
  return isConversation(messages) ? messages : undefined
}

const roleOf = (name: string): Message['role'] | undefined => ROLES[name.toLowerCase()]

function isConversation(messages: readonly Message[]): boolean {
  const roles = messages.map(({ role }) => role)
  return roles.find((role) => role !== 'system') === 'user' && roles.includes('assistant')
}

/** `<s>[INST] <<SYS>>…<</SYS>> question [/INST] answer </s>` */
function llama2Messages(text: string): Message[] | undefined {
  if (!/^\s*(?:<s>)?\s*\[INST\]/.test(text)) return undefined
  const messages: Message[] = []
  for (const turn of text.split(/(?:<s>)?\s*\[INST\]/).slice(1)) {
    const [asked = '', answered] = turn.split('[/INST]')
    if (answered === undefined) return undefined
    const [, system, rest] = /^\s*<<SYS>>(.*?)<<\/SYS>>(.*)$/s.exec(asked) ?? []
    if (system !== undefined) messages.push({ role: 'system', content: system.trim() })
    messages.push({ role: 'user', content: (rest ?? asked).trim() })
    messages.push({ role: 'assistant', content: answered.replace(/<\/s>/g, '').trim() })
  }
  return messages
}
