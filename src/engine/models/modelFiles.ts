// The files of a model: configuration, tokenizer, and the graph that suits a device.
import type { Device } from '../../shared/domain'
import {
  graphsIn,
  isDataOf,
  type Precision,
  prefillGraph,
  type Role,
  secondGraph,
  suitableGraphs,
  usualGraph,
} from './graphFiles'

/** The configuration of a model, as transformers or as onnxruntime-genai writes it. */
export const CONFIGS = ['config.json', 'genai_config.json']

const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json']
const CHAT = ['chat_template.jinja', 'chat_template.json', 'special_tokens_map.json']
const OPTIONAL: Record<Role, readonly string[]> = {
  generator: ['generation_config.json', ...CHAT],
  scorer: CHAT,
  embedder: [
    'modules.json',
    'sentence_bert_config.json',
    'config_sentence_transformers.json',
    'special_tokens_map.json',
  ],
}
/** The files of the modules of sentence-transformers, such as pooling and projections. */
const MODULE_FILE = /^\d+_\w+\/(?:config\.json|model\.safetensors)$/

export interface ModelFiles {
  /** The format of the weights, as it is shown. */
  variant: string
  /** The graph. Paths are relative to the model's folder, with `/`. */
  graph: string
  /** A graph that computes long prompts for `graph`, if there is one. */
  prefillGraph?: string
  files: string[]
  /** Formats that are there and were not taken. */
  others: string[]
}

export interface Incomplete {
  missing: string
  /** The graphs that are there, none of which serves; empty if another file is missing. */
  graphs: string[]
}

export const hasTokenizer = (available: ReadonlySet<string>): boolean =>
  TOKENIZER.every((file) => available.has(file))

/** The files to load from the available ones, or the first required file that is missing. */
export function chooseFiles(
  available: ReadonlySet<string>,
  role: Role,
  device: Device,
  precision: Precision = 'any',
): ModelFiles | Incomplete {
  const configs = CONFIGS.filter((file) => available.has(file))
  const missing = configs.length === 0 ? CONFIGS[0] : TOKENIZER.find((file) => !available.has(file))
  if (missing !== undefined) return { missing, graphs: [] }
  const wanted = { role, device, precision }
  const [graph, ...others] = suitableGraphs(available, wanted)
  if (!graph) return { missing: usualGraph(wanted), graphs: graphsIn(available) }
  const second = secondGraph(available, graph, wanted)
  const prefill = second && prefillGraph(available, second)
  const withData = (file: string): string[] => [
    file,
    ...[...available].filter((other) => isDataOf(other, file)),
  ]
  const files = [
    ...(prefill ? [prefill] : []),
    ...(second ? withData(second.file) : []),
    ...configs,
    ...TOKENIZER,
    ...OPTIONAL[role].filter((file) => available.has(file)),
    ...(role === 'embedder' ? [...available].filter((file) => MODULE_FILE.test(file)) : []),
    ...withData(graph.file),
  ]
  const taken = second ?? graph
  return {
    variant: taken.variant,
    graph: taken.file,
    ...(prefill ? { prefillGraph: prefill } : {}),
    files,
    others: [...new Set(others.map(({ variant }) => variant))].filter(
      (variant) => variant !== graph.variant,
    ),
  }
}
