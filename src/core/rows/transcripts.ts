// Conversations that a data set holds as one text: the formats of transcripts that are in use, read
// back as messages.
import type { Message } from '../../shared/domain'
import { ROLES } from './roles'

/**
 * Patterns of this file are searched in texts of any length: none begins with a repetition, whose
 * search would take the square of the length of a run of blanks.
 */
interface TranscriptFormat {
  id: string
  /** The mark before each turn, with its role in the group `role`. */
  turn: RegExp
  /** Marks that end a turn and belong to no text. */
  ends?: RegExp
  /** How the text begins that may stand before the first turn. */
  preamble?: RegExp
  /** Whose text that is; a system message by default. */
  preambleRole?: 'user'
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
  { id: '### Human', turn: /### ?(?<role>Human|Assistant|System|User|Question|Answer): ?/g },
  {
    id: 'Alpaca',
    turn: /(?:^|\n)### ?(?<role>Instruction|Input|Response):[ \n]?/g,
    ends: /<\/s>|<\|endoftext\|>/g,
    preamble: /^Below is an instruction /,
  },
  {
    id: 'ChatML',
    turn: /<\|im_start\|>(?<role>\w+)(?:\n|<\|im_sep\|>)/g,
    ends: /<\|im_end\|>|<\|endoftext\|>/g,
  },
  {
    id: 'Llama 3',
    turn: /<\|(?:start_header_id|header_start)\|>(?<role>\w+)<\|(?:end_header_id|header_end)\|>\n*/g,
    ends: /<\|eot_id\|>|<\|eot\|>|<\|begin_of_text\|>|<\|end_of_text\|>/g,
  },
  {
    id: 'Gemma',
    turn: /(?:<start_of_turn>|<\|turn>)(?<role>\w+)\n/g,
    ends: /<end_of_turn>|<turn\|>|<bos>|<eos>/g,
  },
  {
    id: 'DeepSeek',
    turn: /<｜(?<role>User|Assistant)｜>/g,
    ends: /<｜(?:begin|end)▁of▁sentence｜>/g,
    preamble: /./,
  },
  {
    id: 'Granite',
    turn: /<\|start_of_role\|>(?<role>\w+)<\|end_of_role\|>/g,
    ends: /<\|end_of_text\|>/g,
  },
  {
    id: 'Cohere',
    turn: /<\|START_OF_TURN_TOKEN\|><\|(?<role>SYSTEM|USER|CHATBOT)_TOKEN\|>/g,
    ends: /<\|END_OF_TURN_TOKEN\|>|<BOS_TOKEN>|<EOS_TOKEN>/g,
  },
  {
    id: 'gpt-oss',
    turn: /<\|start\|>(?<role>\w+)(?:<\|channel\|>\w+)?<\|message\|>/g,
    ends: /<\|(?:end|return)\|>/g,
  },
  {
    id: 'OpenChat',
    turn: /(?:GPT4 Correct|Math Correct|Code) (?<role>User|Assistant): ?/g,
    ends: /<\|end_of_turn\|>|<s>/g,
  },
  {
    id: 'HelpSteer',
    turn: /<extra_id_[01]>(?<role>System|User|Assistant)\n?/g,
    preamble: /./,
    preambleRole: 'user',
  },
  { id: 'human/bot', turn: /(?:^|\n)<(?<role>human|bot)>: ?/g },
  {
    id: 'Zephyr',
    turn: /<\|(?<role>system|user|assistant|prompter)\|>\n?/g,
    ends: /<\|end\|>|<\/s>|<\|endoftext\|>/g,
  },
  // after all others: a line end alone is in many texts
  { id: 'User/Assistant', turn: /(?:^|\n)(?<role>System|Human|User|Assistant|AI|Bot): ?/g },
]

/** Names of roles that occur in transcripts alone. */
const TRANSCRIPT_ROLES: Readonly<Record<string, Message['role']>> = {
  chatbot: 'assistant',
  ai: 'assistant',
  question: 'user',
  answer: 'assistant',
}

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
  { id, turn, ends, preamble: opening, preambleRole }: TranscriptFormat,
): Message[] | undefined {
  const marks = [...text.matchAll(turn)]
  const [first] = marks
  if (!first) return undefined
  const clean = (part: string): string => (ends ? part.replace(ends, '') : part).trim()
  const preamble = clean(text.slice(0, first.index))
  if (preamble !== '' && !opening?.test(preamble)) return undefined
  const messages: Message[] = []
  if (preamble !== '' && !(id === 'Alpaca' && ALPACA_PREAMBLE.test(preamble)))
    messages.push({ role: preambleRole ?? 'system', content: preamble })
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

const roleOf = (name: string): Message['role'] | undefined =>
  ROLES[name.toLowerCase()] ?? TRANSCRIPT_ROLES[name.toLowerCase()]

function isConversation(messages: readonly Message[]): boolean {
  const roles = messages.map(({ role }) => role)
  return roles.find((role) => role !== 'system') === 'user' && roles.includes('assistant')
}

const LLAMA_2_START = /^(?:<s>\s*)?(?:\[SYSTEM_PROMPT\](.*?)\[\/SYSTEM_PROMPT\]\s*)?\[INST\]/s

/**
 * `<s>[INST] <<SYS>>…<</SYS>> question [/INST] answer </s>`; Mistral puts the system message into
 * `[SYSTEM_PROMPT]…[/SYSTEM_PROMPT]`.
 */
function llama2Messages(text: string): Message[] | undefined {
  const start = LLAMA_2_START.exec(text.trimStart())
  if (!start) return undefined
  const [, leading] = start
  const messages: Message[] = []
  if (leading !== undefined) messages.push({ role: 'system', content: leading.trim() })
  for (const turn of text.split('[INST]').slice(1)) {
    const [asked = '', answered] = turn.split('[/INST]')
    if (answered === undefined) return undefined
    const [, system, rest] = /^\s*<<SYS>>(.*?)<<\/SYS>>(.*)$/s.exec(asked) ?? []
    if (system !== undefined) messages.push({ role: 'system', content: system.trim() })
    messages.push({ role: 'user', content: (rest ?? asked).trim() })
    messages.push({ role: 'assistant', content: withoutEnds(answered) })
  }
  return messages
}

/** An answer without `</s>`, and without the `<s>` of the turn after it. */
function withoutEnds(answer: string): string {
  const text = answer.replace(/<\/s>/g, '').trim()
  return text.endsWith('<s>') ? text.slice(0, -'<s>'.length).trim() : text
}

/** The marks of a question at the beginning of a text, and of an answer on a later line. */
const ANSWERED =
  /^\s*(?:Question|Q|Problem|Instruction|Input): ?.*?\n(?<mark>Answer|A|Solution|Response|Output): ?\S/s

/**
 * The mark of an answer within a text that is no transcript: `Answer:`. Such a text may be a
 * question with its answer, or a prompt that shows examples.
 */
export const answerMark = (text: string): string | undefined =>
  ANSWERED.exec(text)?.groups?.['mark']
