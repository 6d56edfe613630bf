// Reads a file of judged responses: prompts, each with responses and what annotators said of them.
import * as l10n from '@vscode/l10n'
import { countedPrompts, countedRows, oneOrSeveral } from '../core/counted'
import { listOf } from '../core/rows/promptReportText'
import { rowToPrompt } from '../core/rows/prompts'
import { rowToResponses } from '../core/rows/responses'
import { embeddablePrompt } from '../core/selection/embeddablePrompt'
import { isDecided } from '../core/simulation/report'
import { type Judged, judgementOf } from '../core/simulation/judgement'
import { failureError } from '../shared/errors'
import { checkedRows, type OnLeftOut } from '../store/checkedRows'

export interface JudgedPrompt extends Judged {
  /** The contents of its messages. */
  prompt: string
}

/**
 * Prompts with at least two responses of which annotators prefer one; others are left out.
 * @throws BrokenRowsError `bad-input` for rows that are not judged responses, a FailureError where
 *   all are none; FailureError `bad-input` for fewer than eight such prompts; failures of the file
 *   as for prompts.
 */
export async function readJudgedPool(file: string, onLeftOut?: OnLeftOut): Promise<JudgedPrompt[]> {
  const pool: JudgedPrompt[] = []
  const prompts = checkedRows(file, {
    read: judgedPrompt,
    failure: (faults, rows) => ({
      code: 'bad-input',
      message: oneOrSeveral(
        faults.count,
        l10n.t`1 of ${countedRows(rows)} is not a judged response:${listOf(faults)}\n`,
        l10n.t`${faults.count} of ${rows} rows are not judged responses:${listOf(faults)}\n`,
      ),
      where: file,
      remedy: l10n.t('Correct or remove these rows.'),
    }),
    onLeftOut,
  })
  for await (const prompt of prompts) pool.push(prompt)
  const decided = pool.filter(isDecided)
  if (decided.length < FEWEST_PROMPTS)
    throw failureError(
      'bad-input',
      l10n.t`Annotators prefer one response to another under ${countedPrompts(decided.length)}; a simulation needs ${FEWEST_PROMPTS}.`,
      { where: file, remedy: l10n.t('Choose a larger file.') },
    )
  return decided
}

export const FEWEST_PROMPTS = 8

function judgedPrompt(row: unknown): JudgedPrompt | { why: string } {
  const prompt = rowToPrompt(row, {})
  if ('why' in prompt) return { why: prompt.why }
  const responses = rowToResponses(row)
  if ('why' in responses) return responses
  const judged = judgementOf(row, responses.responses)
  if ('why' in judged) return judged
  return { prompt: embeddablePrompt(prompt.prompt).text, ...judged }
}
