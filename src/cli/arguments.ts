// The command line's shape: which calls there are, what they take, and the text of --help.
import { parseArgs, type ParseArgsConfig } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

/** Options every call takes. */
const COMMON = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options

const TRAINING = {
  method: { type: 'string' },
  model: { type: 'string' },
  python: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const satisfies Options

const CALLS = {
  init: {
    usage:
      'init FILE.aepo.json --prompts P [--n N --k K --lambda L --model M --server URL --seed S --max-new-tokens T --device D]',
    does: 'writes the curation file',
    options: {
      prompts: { type: 'string' },
      n: { type: 'string' },
      k: { type: 'string' },
      lambda: { type: 'string' },
      model: { type: 'string' },
      server: { type: 'string' },
      seed: { type: 'string' },
      'max-new-tokens': { type: 'string' },
      device: { type: 'string' },
    },
  },
  import: {
    usage: 'import FILE --candidates C.jsonl[.gz]',
    does: "takes others' responses as the pool",
    options: { candidates: { type: 'string' } },
  },
  generate: {
    usage: 'generate FILE [--limit n] [--shard i/m]',
    does: 'samples what is missing of each pool; resumes. Shard i of m is every m-th prompt from the i-th on',
    options: { limit: { type: 'string' }, shard: { type: 'string' } },
  },
  select: { usage: 'select FILE', does: 'selects from each pool', options: {} },
  status: { usage: 'status FILE', does: 'prints where the curation stands', options: {} },
  annotate: {
    usage: 'annotate FILE (--replay C.jsonl[.gz] | --rule longest) --annotator NAME',
    does: 'annotates by judged scores, or by a stated rule',
    options: {
      replay: { type: 'string' },
      rule: { type: 'string' },
      annotator: { type: 'string' },
    },
  },
  export: {
    usage: 'export FILE [--format dpo --out O.jsonl]',
    does: 'writes the data set',
    options: { format: { type: 'string' }, out: { type: 'string' } },
  },
  train: {
    usage: 'train FILE (--model M [--method dpo --set key=value …] | --resume RUN) [--python PATH]',
    does: 'starts a training run, or resumes one that was stopped or failed, and waits for its end',
    options: { ...TRAINING, resume: { type: 'string' } },
  },
  rows: {
    usage: 'rows FILE --model M [--tokens N --method dpo --set key=value … --python PATH]',
    does: 'shows what a training run would train on, the first N rows as tokens, and starts none',
    options: { ...TRAINING, tokens: { type: 'string' } },
  },
  runs: { usage: 'runs FILE', does: 'lists the training runs', options: {} },
  follow: {
    usage: 'follow FILE [--run RUN]',
    does: 'shows the log of a training run until it ends; Ctrl+C leaves the run alone',
    options: { run: { type: 'string' } },
  },
  stop: {
    usage: 'stop FILE [--run RUN]',
    does: 'stops a training run',
    options: { run: { type: 'string' } },
  },
} as const satisfies Record<string, { usage: string; does: string; options: Options }>

type CallName = keyof typeof CALLS
type Value<O> = O extends { multiple: true }
  ? string[]
  : O extends { type: 'boolean' }
    ? boolean
    : string
type Values<O> = { [K in keyof O]?: Value<O[K]> }
type Parsed<C extends CallName> = Values<(typeof CALLS)[C]['options'] & typeof COMMON>

/** Wrong use: exit code 2. */
export class UsageError extends Error {}

export type Call = { [C in CallName]: { name: C; file: string; values: Parsed<C> } }[CallName]

/** @throws UsageError with one sentence. */
export function parseCall(argv: string[]): Call | 'help' {
  const [name, ...rest] = argv
  if (name === undefined) throw new UsageError('No call was given.')
  if (name === '--help' || name === '-h' || name === 'help') return 'help'
  if (!Object.hasOwn(CALLS, name)) throw new UsageError(`There is no call “${name}”.`)
  const call = name as CallName
  const { values, positionals } = parse(call, rest)
  if (values.help) return 'help'
  const [file, ...surplus] = positionals
  if (file === undefined) throw new UsageError('No curation file was given.')
  if (surplus.length > 0)
    throw new UsageError(`One curation file is expected; “${surplus[0] ?? ''}” is one too many.`)
  return { name: call, file, values }
}

function parse(
  name: CallName,
  args: string[],
): { values: { help?: boolean }; positionals: string[] } {
  try {
    return parseArgs({
      args,
      options: { ...CALLS[name].options, ...COMMON },
      allowPositionals: true,
    })
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

export function helpText(): string {
  const rows = Object.values(CALLS).map(({ usage, does }) => `  aepo ${usage}\n      ${does}`)
  return [
    'Curates preference data sets by AEPO.',
    '',
    ...rows,
    '',
    'Every call takes --json: one JSON object on stdout, nothing else.',
    'The key of a server is read from the environment variable AEPO_SERVER_KEY.',
    'Exit codes: 0 done, 1 the work failed, 2 wrong use. Stopped by Ctrl+C it ends by that signal: 130 in a shell.',
    '',
  ].join('\n')
}
