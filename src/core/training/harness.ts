// Lines for lm-evaluation-harness, which measures a model on public benchmarks.
import * as l10n from '@vscode/l10n'

/** A quick look at reading, knowledge and arithmetic. */
const TASKS = 'arc_easy,hellaswag,gsm8k'

/** A model as lm-evaluation-harness loads it: a folder or a hub id, and an adapter for it. */
interface Evaluated {
  pretrained: string
  peft?: string
}

export const HARNESS = l10n.t('Measure it with lm-evaluation-harness (pip install lm_eval[hf])')

/** The words of the command line. */
export const harnessWords = ({ pretrained, peft }: Evaluated): string[] => [
  ...['lm_eval', '--model', 'hf'],
  ...[
    '--model_args',
    [`pretrained=${pretrained}`, ...(peft === undefined ? [] : [`peft=${peft}`])].join(','),
  ],
  ...['--tasks', TASKS, '--apply_chat_template', '--batch_size', 'auto'],
]
