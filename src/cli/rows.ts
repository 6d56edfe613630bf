// The call `rows`: what a training run would train on, without starting one.
import type { Curation } from '../curation/curation'
import { tokensText } from '../core/training/tokensText'
import { trainingRows } from '../training/rows'
import { UsageError } from './arguments'
import type { Environment } from './environment'
import type { Output } from './output'
import { prepare, trainingRequest, type TrainingValues } from './trainingRequest'

const ROWS = 5

export async function showRows(
  curation: Curation,
  values: TrainingValues & { tokens?: string },
  environment: Environment,
  output: Output,
): Promise<void> {
  const tokens = wholeNumber(values.tokens ?? String(ROWS))
  const request = trainingRequest(values, trainingRows(curation).length)
  const { python } = values
  const prepared = await prepare(curation, request, { python, tokens }, environment, output)
  await prepared.discard()
  const { inspection, plan } = prepared
  output.result({ ...inspection }, tokensText(inspection, plan))
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(`--tokens takes a whole number from 0 on, not “${text}”.`)
  return Number(text)
}
