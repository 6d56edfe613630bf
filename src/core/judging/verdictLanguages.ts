// Verdicts in whole sentences of other languages than English. A sentence counts if it says nothing
// but which response is better: one with a condition, a negation or a remark more fits no form.
import type { Verdict } from '../../shared/judging'

/** Patterns of one language. Capitals do not matter, but for those of the label. */
interface Language {
  /** What a sentence may begin with. */
  lead?: string
  /** What may stand before the label: “answer”. */
  subject: string
  /** Sentences that end with the label: “better is”. */
  before: readonly string[]
  /** Sentences that begin with it: “is better”. `OTHER` is the other label. */
  after: readonly string[]
  /** Sentences that prefer none. */
  tie: readonly string[]
}

/* eslint-disable aepo/localised -- patterns */
const GERMAN: Language = {
  lead: 'insgesamt|daher|deshalb|also|fazit|meiner meinung nach|ich denke|ich finde|ich würde',
  subject: String.raw`(?:(?:die\s)?(?:antwort|option|variante|fassung)\s)?`,
  before: [
    String.raw`(?:besser|am besten|überlegen)\sist\s`,
    String.raw`(?:die\s)?(?:bessere|beste)(?:\s(?:antwort|option|variante))?\sist\s`,
    String.raw`(?:der\s)?(?:gewinner|sieger)\sist\s`,
    String.raw`(?:meine\swahl|mein\surteil|meine\sentscheidung)\s(?:ist|lautet|fällt\sauf)\s`,
    String.raw`ich\s(?:bevorzuge|wähle|nehme)\s`,
  ],
  after: [
    String.raw`\sist\s(?:(?:insgesamt|klar|eindeutig|deutlich|etwas|viel)\s)*(?:besser|überlegen|am besten|die\s(?:bessere|beste)(?:\s(?:antwort|option|variante))?)(?:\sals\sOTHER)?`,
    String.raw`\s(?:gewinnt|überzeugt\smehr|wählen|bevorzugen)`,
  ],
  tie: [
    String.raw`beide(?:\santworten)?\ssind\s(?:gleich\s?gut|gleichwertig|gleich\sschlecht)`,
    String.raw`weder\sOTHER\snoch\sOTHER\sist\sbesser`,
    String.raw`keine(?:\sder\sbeiden)?(?:\santworten?)?\sist\sbesser`,
    String.raw`es\sist\sein\s(?:unentschieden|gleichstand)`,
  ],
}

const FRENCH: Language = {
  lead: 'en conclusion|donc|globalement|dans l’ensemble|au final|à mon avis|je pense que',
  subject: String.raw`(?:(?:la\s)?réponse\s|l['’]option\s|l['’]assistant\s)?`,
  before: [
    String.raw`la\smeilleure(?:\s(?:réponse|option))?\sest\s`,
    String.raw`(?:le\sgagnant|la\sgagnante|mon\schoix|mon\sverdict)\sest\s`,
    String.raw`je\s(?:préfère|choisis)\s`,
  ],
  after: [
    String.raw`\sest\s(?:(?:nettement|clairement|légèrement|globalement)\s)*(?:la\s)?(?:meilleure?|supérieure?)(?:\s(?:réponse|option))?(?:\s(?:que|à)\sOTHER)?`,
    String.raw`\s(?:gagne|l['’]emporte)`,
  ],
  tie: [
    String.raw`les\sdeux(?:\sréponses)?\s(?:sont\s(?:équivalentes|égales|aussi\sbonnes)|se\svalent)`,
    String.raw`aucune(?:\sdes\sdeux)?(?:\sréponses)?\sn['’]est\smeilleure`,
  ],
}

const SPANISH: Language = {
  lead: 'en conclusión|por lo tanto|por tanto|en general|en mi opinión|creo que',
  subject: String.raw`(?:(?:la\s|el\s)?(?:respuesta|opción|asistente)\s|la\s)?`,
  before: [
    String.raw`la\smejor(?:\s(?:respuesta|opción))?\ses\s`,
    String.raw`(?:el\sganador|la\sganadora|mi\selección|mi\sveredicto)\ses\s`,
    String.raw`(?:yo\s)?(?:prefiero|elijo|escojo)\s`,
  ],
  after: [
    String.raw`\ses\s(?:(?:claramente|ligeramente|mucho)\s)*(?:la\s)?(?:mejor|superior)(?:\s(?:respuesta|opción))?(?:\s(?:que|a)\sOTHER)?`,
    String.raw`\sgana`,
  ],
  tie: [
    String.raw`(?:las\sdos|ambas)(?:\srespuestas)?\sson\s(?:igual\sde\sbuenas|iguales|igualmente\sbuenas)`,
    String.raw`ninguna(?:\sde\slas\sdos)?(?:\srespuestas?)?\ses\smejor`,
  ],
}

const PORTUGUESE: Language = {
  lead: 'em conclusão|portanto|no geral|na minha opinião|acho que',
  subject: String.raw`(?:(?:a\s|o\s)?(?:resposta|opção|assistente)\s|a\s)?`,
  before: [
    String.raw`(?:a\s)?melhor(?:\s(?:resposta|opção))?\sé\s`,
    String.raw`o\svencedor\sé\s`,
    String.raw`(?:eu\s)?(?:prefiro|escolho)\s`,
  ],
  after: [
    String.raw`\sé\s(?:(?:claramente|ligeiramente|muito)\s)*(?:a\s)?(?:melhor|superior)(?:\s(?:resposta|opção))?(?:\s(?:que|do\sque|a)\sOTHER)?`,
    String.raw`\s(?:ganha|vence)`,
  ],
  tie: [
    String.raw`(?:as\sduas|ambas)(?:\sas)?(?:\srespostas)?\ssão\s(?:igualmente\sboas|iguais|equivalentes)`,
  ],
}

const ITALIAN: Language = {
  lead: 'in conclusione|quindi|nel complesso|secondo me|penso che',
  subject: String.raw`(?:(?:la\s)?(?:risposta|opzione)\s|la\s)?`,
  before: [
    String.raw`(?:la\s)?(?:risposta\s|opzione\s)?migliore(?:\srisposta)?\sè\s`,
    String.raw`(?:il\svincitore|la\svincitrice)\sè\s`,
    String.raw`(?:preferisco|scelgo)\s`,
  ],
  after: [
    String.raw`\sè\s(?:(?:chiaramente|leggermente|nettamente)\s)*(?:la\s)?(?:risposta\s)?(?:migliore|superiore)(?:\s(?:di|a)\sOTHER)?`,
    String.raw`\svince`,
  ],
  tie: [String.raw`(?:le\sdue|entrambe\sle)\srisposte\ssono\s(?:ugualmente\sbuone|equivalenti)`],
}

const DUTCH: Language = {
  subject: String.raw`(?:(?:het\s)?antwoord\s|optie\s)?`,
  before: [
    String.raw`beter\sis\s`,
    String.raw`(?:het\s)?(?:betere|beste)(?:\santwoord)?\sis\s`,
    String.raw`ik\s(?:kies|verkies)\s`,
  ],
  after: [String.raw`\sis\s(?:(?:duidelijk|iets|veel)\s)*(?:het\s)?(?:beter|betere\santwoord)`],
  tie: [String.raw`beide(?:\santwoorden)?\szijn\seven\sgoed`],
}

const RUSSIAN: Language = {
  lead: 'итак|в целом|таким образом|по моему мнению|я считаю, что',
  subject: String.raw`(?:ответ\s|вариант\s)?`,
  before: [
    String.raw`лучше\s`,
    String.raw`лучш(?:ий|е)\s(?:ответ|вариант)\s?(?:[-–—]|это)?\s?`,
    String.raw`победитель\s?[-–—]?\s?`,
    String.raw`я\s(?:выбираю|предпочитаю)\s`,
  ],
  after: [String.raw`\s(?:(?:явно|значительно|немного)\s)*лучше(?:,\sчем\sOTHER|\sOTHER)?`],
  tie: [String.raw`оба(?:\sответа)?\s(?:одинаково\sхороши|равны)`],
}

const CHINESE: Language = {
  lead: '我认为|我認為|总体来说|總體來說|总的来说|因此|所以|综上所述|綜上所述|综上|结论|結論',
  subject: String.raw`(?:回答|答案|回复|回覆|选项|選項|助手|响应|回應)?\s?`,
  before: [
    String.raw`(?:更好|更优|更優|更佳|较好|較好|最好|最佳)的?(?:回答|答案|回复|回覆|选项|選項|一个|一個)?(?:是|为|為)\s?`,
    String.raw`(?:获胜者|獲勝者|胜者|勝者|优胜者|最终选择|最終選擇|我的选择|我的選擇)(?:是|为|為)\s?`,
    String.raw`我(?:会|會)?(?:选择|選擇|选|選|更喜欢|更喜歡|倾向于|傾向於)\s?`,
  ],
  after: [
    String.raw`\s?(?:的回答)?(?:明显|明顯|显然|顯然|略|稍微)?(?:更好|更优|更優|更佳|胜出|勝出|获胜|獲勝)(?:一些|一点|一點)?`,
    String.raw`\s?(?:明显|明顯|略)?(?:优于|優於|胜过|勝過)\s?OTHER`,
    String.raw`\s?比\s?OTHER\s?(?:更|要|略)?好(?:一些|一点|一點|得多)?`,
  ],
  tie: [
    String.raw`(?:两个|兩個|两者|兩者|两种|A和B)(?:回答|答案|回复|选项)?(?:都)?(?:一样好|一樣好|同样好|同樣好|不相上下|一样差|一樣差)`,
    String.raw`(?:两者|兩者)?打平`,
  ],
}

const JAPANESE: Language = {
  lead: '結論として|総合的に|したがって|よって|私は|(?:回答|応答)?[AB]より(?:も)?',
  subject: String.raw`(?:回答|応答|選択肢)?\s?`,
  before: [
    String.raw`(?:より)?(?:良い|よい|優れている|優れた)(?:の|回答|応答|方|ほう|選択肢)は、?\s?`,
    String.raw`(?:勝者|結論|私の選択)は、?\s?`,
  ],
  after: [
    String.raw`\s?の?(?:方|ほう)が(?:より|明らかに)?(?:良い|よい|優れている|優れています|優れる)(?:です|と思います)?`,
    String.raw`\s?が(?:より)(?:良い|よい|優れている|優れています)(?:です)?`,
    String.raw`\s?は\s?OTHER\s?より(?:も)?(?:良い|よい|優れている|優れています)(?:です)?`,
    String.raw`\s?を(?:選びます|選択します|選ぶ|選択する)`,
  ],
  tie: [
    String.raw`(?:どちらも|両方とも|両者は?)(?:同じくらい|同程度に|同等)(?:に)?(?:良い|よい|優れている)?(?:です)?`,
  ],
}

const KOREAN: Language = {
  lead: '결론적으로|따라서|전반적으로',
  subject: String.raw`(?:답변|응답|옵션)?\s?`,
  before: [String.raw`(?:더\s)?(?:나은|좋은|우수한)\s(?:답변|응답|것|쪽)은\s`],
  after: [
    String.raw`\s?[가이]\s(?:(?:훨씬|조금)\s)?더\s(?:낫습니다|좋습니다|낫다|좋다|우수합니다)`,
    String.raw`\s?를\s선택합니다`,
  ],
  tie: [String.raw`(?:두|양쪽)\s(?:답변|응답)(?:은|이)?\s(?:모두\s)?(?:똑같이|동등하게)\s좋습니다`],
}

const ARABIC: Language = {
  subject: String.raw`(?:(?:الإجابة|الرد|الخيار)\s)?`,
  before: [
    String.raw`(?:(?:الإجابة|الرد|الخيار)\s)?(?:الأفضل|الافضل)\s(?:هي|هو)\s`,
    String.raw`(?:أفضل|افضل)\s(?:إجابة|رد)\s(?:هي|هو)\s`,
    String.raw`(?:أفضّل|أختار)\s`,
  ],
  after: [String.raw`\s(?:(?:هي|هو)\s)?(?:الأفضل|أفضل)(?:\sمن\sOTHER)?`],
  tie: [String.raw`(?:الإجابتان|كلاهما)\s(?:متساويتان|متساويان)`],
}

const LANGUAGES = [
  GERMAN,
  FRENCH,
  SPANISH,
  PORTUGUESE,
  ITALIAN,
  DUTCH,
  RUSSIAN,
  CHINESE,
  JAPANESE,
  KOREAN,
  ARABIC,
]

/** What a sentence may end with behind a label: “is” of Japanese and Korean. */
const COPULA = String.raw`(?:です|である|だ|입니다|이다)?`

/** Sentences, and the second halves of those that concede something first. */
const SENTENCE_ENDS =
  /[.!?。！？؟;；\n]|[,，、]\s?(?:aber|mais|pero|mas|ma|maar|но|但是?|しかし|لكن)\s?/
/* eslint-enable aepo/localised */

/** For emphasis and as quotes; not the apostrophe within a word. */
const MARKS = /["*_“”„«»「」『』【】`()[\]]|(?<!\p{L})['’]|['’](?!\p{L})/gu

/** Longer sentences say more than a verdict. */
const LONGEST_CHARACTERS = 120

interface Forms {
  sides: readonly RegExp[]
  ties: readonly RegExp[]
}

const FORMS: readonly Forms[] = LANGUAGES.map(formsOf)

function formsOf({ lead, subject, before, after, tie }: Language): Forms {
  const start = lead === undefined ? '' : `(?:(?:${lead})\\s?[,，、:]?\\s?)?`
  const label = `${subject}([AB])`
  const form = (source: string): RegExp =>
    new RegExp(`^${start}${source.replaceAll('OTHER', `${subject}[AB]`)}$`, 'iu')
  return {
    sides: [
      ...before.map((words) => form(`${words}${label}${COPULA}`)),
      ...after.map((words) => form(`${label}${words}`)),
    ],
    ties: tie.map(form),
  }
}

/**
 * The verdict that sentences of a text give.
 * @returns several if they contradict each other.
 */
export function verdictsOfSentences(text: string): Verdict[] {
  const found = text
    .split(SENTENCE_ENDS)
    .map((sentence) => sentence.replace(MARKS, '').trim())
    .filter((sentence) => sentence !== '' && sentence.length <= LONGEST_CHARACTERS)
    .map(verdictOfSentence)
    .filter((verdict) => verdict !== null)
  return [...new Set(found)]
}

function verdictOfSentence(sentence: string): Verdict | null {
  for (const { sides, ties } of FORMS) {
    for (const side of sides) {
      const label = side.exec(sentence)?.[1]
      if (label === 'A' || label === 'B') return label === 'A' ? 'first' : 'second'
    }
    if (ties.some((tie) => tie.test(sentence))) return 'tie'
  }
  return null
}
