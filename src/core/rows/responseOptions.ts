// Responses as options of which an annotator chose, as Prodigy exports them.
import type { ResponsesOfRow } from './responseList'
import { type Fields, readResponse } from './response'
import { isRecord } from '../text/values'

/**
 * `{"options": [{"id", "text"}], "accept": [id], "answer": "accept"}`: those in `accept` have score
 * 1, the others 0. Rows that the annotator rejected or passed over have no scores.
 */
export function fromOptions(row: Fields): ResponsesOfRow | undefined {
  const { options, accept, answer = 'accept' } = row
  if (!Array.isArray(options) || !options.every(isRecord) || !Array.isArray(accept))
    return undefined
  const isChosen = answer === 'accept' && accept.length > 0
  const read = options.map((option, place) =>
    readResponse(
      option,
      `options[${place}]`,
      isChosen ? { score: Number(accept.includes(option['id'])) } : {},
    ),
  )
  const responses = read.filter((response) => response !== null)
  return {
    responses,
    nulls: read.length - responses.length,
    ...(isChosen ? { preferredBy: 'accept' } : {}),
    read: ['options', 'accept'],
  }
}
