// A pool of one generator for `aepo simulate`: candidates of the embedded model, made by the
// command line, with a score each. `npm run bench -- one-generator --data FOLDER --folder WORK`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Curation } from '../src/curation/curation'
import { type JudgedPrompt, readJudgedPool } from '../src/simulation/judgedPool'
import { type JudgedText, References } from './oneGenerator/agreement'
import {
  agreement,
  anyPair,
  byLength,
  equallyLong,
  leftOutScores,
  type Scored,
  worseHalf,
} from './oneGenerator/validity'
import { median } from './report'
import { optionsOf } from './support/options'

const JUDGED = 'alpaca_eval_judged.dev.jsonl.gz'
/** Long answers of so small a model lose the thread. */
const SHORT = '\n\nAnswer in two or three sentences.'

const options = optionsOf({
  /** Where the curation and the pool are kept: what was sampled is not sampled again. */
  folder: '',
  /** Prompts to sample for, in the order of the hashes of their texts. */
  prompts: '202',
  n: '32',
  tokens: '96',
})
if (options.data === '') throw new RangeError(`--data names a folder with ${JUDGED}.`)
if (options.text('folder') === '') throw new RangeError('--folder names a folder for the pool.')
const folder = path.resolve(options.text('folder'))
const file = path.join(folder, 'generator.aepo.json')

interface Pool {
  judged: JudgedText[]
  /** The texts of the generator. */
  texts: string[]
  prompt: string
}

const judged = (await readJudgedPool(path.join(options.data, JUDGED)))
  .map((one) => ({ ...one, hash: createHash('sha256').update(one.prompt).digest('hex') }))
  .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
  .slice(0, options.number('prompts'))
generate(judged)
const pools = await sampledPools(judged)
const words = median(
  pools.flatMap(({ texts }) => texts.map((text) => text.match(/\w+/g)?.length ?? 0)),
)
const scored = pools.map(({ judged: own, texts }) => {
  const references = new References(own)
  return texts.map((text): Scored => {
    const score = references.scoreOf(text)
    return { text, score, truth: score }
  })
})
writePool(pools, scored)
report(pools, scored)

/** The product's own command; what is there is not sampled again. */
function generate(prompts: readonly JudgedPrompt[]): void {
  mkdirSync(folder, { recursive: true })
  const rows = prompts.map(({ prompt }) => `${JSON.stringify({ prompt: prompt + SHORT })}\n`)
  writeFileSync(path.join(folder, 'prompts.jsonl'), rows.join(''))
  if (!existsSync(file))
    aepo(
      'init',
      file,
      '--prompts',
      path.join(folder, 'prompts.jsonl'),
      '--n',
      options.text('n'),
      '--max-new-tokens',
      options.text('tokens'),
    )
  aepo('generate', file)
}

function aepo(...given: string[]): void {
  const { status } = spawnSync(process.execPath, ['dist/cli.js', ...given], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`aepo ${given[0] ?? ''} ended with ${String(status)}.`)
}

async function sampledPools(prompts: readonly JudgedPrompt[]): Promise<Pool[]> {
  const curation = await Curation.open(file, {
    annotator: 'bench',
    onMessage: console.error,
    now: () => new Date(),
  })
  const byText = new Map(prompts.map((one) => [one.prompt + SHORT, one]))
  return curation.prompts.flatMap(({ id, messages }): Pool[] => {
    const prompt = messages.map(({ content }) => content).join('\n')
    const own = byText.get(prompt)
    if (!own || !curation.round.isComplete(id)) return []
    const references = own.texts.map((text, place) => ({ text, score: own.scores[place]! }))
    return [{ prompt, judged: references, texts: curation.round.pool(id).map(({ text }) => text) }]
  })
}

function writePool(all: readonly Pool[], scores: readonly (readonly Scored[])[]): void {
  const lines = all.map(({ prompt }, place) => {
    const responses = scores[place]!.map(({ text, score }) => ({ text, score }))
    return `${JSON.stringify({ prompt, responses })}\n`
  })
  const pool = path.join(folder, 'pool.jsonl')
  writeFileSync(pool, lines.join(''))
  console.log(`${pool}: ${all.length} prompts.`)
}

function report(all: readonly Pool[], scores: readonly (readonly Scored[])[]): void {
  const left = all.map((pool) => leftOutScores(pool.judged, words))
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const line = (name: string, groups: Scored[][], filter = anyPair): void =>
    console.log(
      `${name}: ${percent(agreement(groups, filter))}; the longer one ${percent(agreement(groups.map(byLength), filter))}`,
    )
  console.log(`Pairs of judged responses, cut to ${words} words, ordered as their judge did:`)
  line('all', left)
  line('equally long', left, equallyLong)
  line('the worse half', left.map(worseHalf))
  line('the worse half, equally long', left.map(worseHalf), equallyLong)
  const longer = agreement(scores.map(byLength), anyPair)
  console.log(
    `Of two responses of the generator the longer one has the higher score: ${percent(longer)}.`,
  )
}
