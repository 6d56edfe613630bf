// A completion as a server streams it.
import type { ServerResponse } from 'node:http'

export interface Completion {
  choices: {
    index: number
    message: { content: string }
    finish_reason: string
    logprobs: { content: unknown[] } | null
  }[]
  usage?: unknown
}

/** One event per word. The first word of each choice is sent before `gate` settles. */
export async function sendEvents(
  response: ServerResponse,
  { choices, usage }: Completion,
  gate: Promise<void>,
): Promise<void> {
  const send = (value: unknown): void => void response.write(`data: ${JSON.stringify(value)}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const { index } of choices) send({ choices: [{ index, delta: { role: 'assistant' } }] })
  const words = choices.map(({ message }) => message.content.match(/ ?\S+/g) ?? [])
  for (let place = 0; words.some((of) => place < of.length); place++) {
    if (place === 1) await gate
    for (const [i, { index, logprobs }] of choices.entries()) {
      const content = words[i]?.[place]
      const tokens = logprobs && { content: logprobs.content.slice(place, place + 1) }
      if (content !== undefined)
        send({ choices: [{ index, delta: { content }, logprobs: tokens }] })
    }
  }
  for (const { index, finish_reason } of choices)
    send({ choices: [{ index, delta: {}, finish_reason }] })
  send({ choices: [], usage })
  response.end('data: [DONE]\n\n')
}
