// The words by which answers name a response or a tie.
import type { Verdict } from '../../shared/judging'

/** The words of a verdict, as the schema of a structured answer names them. */
export const VERDICT_WORDS = { A: 'first', B: 'second', tie: 'tie' } as const satisfies Record<
  string,
  Verdict
>

const NOUN = String.raw`(?:[Rr]esponse|[Aa]nswer|[Oo]ption|[Aa]ssistant|RESPONSE|[Mm]odel|[Oo]utput|[Cc]andidate|[Cc]ompletion)`
export const SUBJECT = String.raw`(?:${NOUN}[\s_-]+\(?)?`
/** “A tie” is one, “A and B” or “A or B” names neither of them; “A=B” is not A. */
export const WORD = String.raw`((?:[Aa]\s)?(?:[Tt]ie|TIE)|(?:A|B)(?!,?\s(?:tie|(?:or|vs\.?)\s${SUBJECT}[AB]|and\s${SUBJECT}[AB]\s(?:both|are))\b|,\s?${SUBJECT}[AB]\b|\s?[=<>≈])|[Nn]either|[Ee]qual)(?![\w|/])`
/** What stands around a word for emphasis, and as quotes and brackets. */
export const OPEN = String.raw`["'*_${'`'}\[({“”„«「『【\s]*`
export const CLOSE = String.raw`["'*_${'`'}\])}“”«»」』】\s.,:。]*`

/** An answer that is nothing else. */
const TIES =
  /^(?:(?:a |an )?(?:tied?|draw|equal|equally (?:good|bad)|both|same|(?:both|they|A and B)(?: are)? (?:tied?|equal|the same)|neither|no (?:preference|winner|difference))|(?:ein )?unentschieden|gleichstand|beide|[ée]galité|match nul|ex[ -]?(?:æ|ae)quo|empate|pareggio|parità|gelijkspel|remis|beraberlik|ничья|平局|平手|打平|引き分け|引分け|同点|무승부|동점|تعادل|बराबर)$/iu

const NUMBERED = new RegExp(String.raw`\b(${NOUN})[\s_-]*#?([12])\b`, 'g')

/** Whether a text without marks says that neither response is better, and nothing else. */
export const isTie = (text: string): boolean => TIES.test(text)

export const verdictOf = (word: string): Verdict =>
  word === 'A' || word === 'B' ? VERDICT_WORDS[word] : 'tie'

/**
 * Responses that are numbered, by their letters: prompts of users may number them. Where an answer
 * has letters, too, numbers may be those of something else.
 */
export const lettered = (text: string): string =>
  /\b[AB]\b/.test(text)
    ? text
    : text.replace(
        NUMBERED,
        (_, noun: string, number: string) => `${noun} ${number === '1' ? 'A' : 'B'}`,
      )
