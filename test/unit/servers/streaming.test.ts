// Responses of a server as they grow.
import { describe, expect, it } from 'vitest'
import { readChatAnswer } from '../../../src/engine/servers/chatAnswer'
import { ChatStream, withoutEvents } from '../../../src/engine/servers/chatStream'
import { errorInAnswer } from '../../../src/engine/servers/errorBody'
import type { TextSoFar } from '../../../src/shared/engineProtocol'
import { answerTo } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, client, failureOf, HI, sample, until, wanted } from './support'

useFakeServer()

const ONE = [{ index: 0, seed: 11 }]
const ANSWER = answerTo(HI, 11)

const events = (...values: unknown[]): string =>
  values
    .map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
    .join('')

const delta = (fields: object, more: object = {}): object => ({
  choices: [{ index: 0, delta: fields, ...more }],
})

describe('a streamed response', () => {
  it('is the candidate of a response that is not streamed', async () => {
    const whole = await sample(client(), server.url, { candidates: wanted(3) })
    const streamed = await sample(client(), server.url, {
      candidates: wanted(3),
      onText: () => undefined,
    })
    expect(streamed).toEqual(whole)
    expect(chats().map(({ stream }) => stream)).toEqual([false, true])
  })

  it('is reported while the server still writes it', async () => {
    let open = (): void => undefined
    server.gate = new Promise((resolve) => (open = resolve))
    const texts: TextSoFar[] = []
    const sampled = sample(client(), server.url, {
      candidates: ONE,
      onText: (text) => texts.push(text),
    })
    await until(() => texts.length > 0)
    expect(texts[0]).toEqual({ kind: 'text', index: 0, text: 'answer', tokens: 1 })
    open()
    expect((await sampled)[0]?.text).toBe(ANSWER)
  })

  it('may come whole from a server that does not stream', async () => {
    server.faults = [(_, response, answer) => void response.writeHead(200).end(answer())]
    const [candidate] = await sample(client(), server.url, {
      candidates: ONE,
      onText: () => undefined,
    })
    expect(candidate?.text).toBe(ANSWER)
  })

  it('is asked for again where it breaks off', async () => {
    server.faults = [
      (_, response) => void response.writeHead(200).end(events(delta({ content: 'half' }))),
    ]
    const [candidate] = await sample(client(), server.url, {
      candidates: ONE,
      onText: () => undefined,
    })
    expect(candidate?.text).toBe(ANSWER)
    expect(chats().filter(({ stream }) => stream).length).toBeGreaterThan(1)
  })

  it('can fail in its middle, with the words of the server but not its key', async () => {
    const failing = events(delta({ content: 'half' }), { error: { message: 'no more, secret' } })
    server.faults = Array.from({ length: 9 }, () => (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(failing)
    })
    const keys = { [new URL(server.url).origin]: 'secret' }
    const failure = await failureOf(
      sample(client({ keys }), server.url, { candidates: ONE, onText: () => undefined }),
    )
    expect(failure?.message).toContain('no more, …')
    expect(JSON.stringify(failure)).not.toContain('secret')
  })

  it('ends with its request', async () => {
    server.gate = new Promise(() => undefined)
    const controller = new AbortController()
    const failure = await failureOf(
      sample(client(), server.url, {
        candidates: ONE,
        signal: controller.signal,
        onText: () => controller.abort(),
      }),
    )
    expect(failure?.code).toBe('cancelled')
    await until(() => server.inFlight === 0)
  })
})

describe('the events of a response', () => {
  const stream = events(
    delta({ role: 'assistant', content: '' }),
    delta({ reasoning_content: 'Hm. ' }),
    delta({ content: 'Grüße' }, { logprobs: { content: [{ logprob: -1 }] } }),
    delta({ content: ' an alle' }, { logprobs: { content: [{ logprob: -2 }] } }),
    delta({}, { finish_reason: 'stop' }),
    { choices: [], usage: { completion_tokens: 2 } },
    '[DONE]',
  )
  const whole = {
    choices: [
      {
        index: 0,
        message: { reasoning_content: 'Hm. ', content: 'Grüße an alle' },
        finish_reason: 'stop',
        logprobs: { content: [{ logprob: -1 }, { logprob: -2 }] },
      },
    ],
    usage: { completion_tokens: 2 },
  }

  it('are read wherever they are divided', () => {
    for (const size of [1, 7, 50, stream.length])
      for (const ends of ['\n', '\r\n', '\r']) {
        const reader = new ChatStream()
        const given = `${stream.replaceAll('\n', ends)}\n`
        for (let at = 0; at < given.length; at += size) reader.push(given.slice(at, at + size))
        expect(reader.value).toEqual(whole)
        expect(reader.isComplete).toBe(true)
      }
    expect(JSON.parse(withoutEvents(`: a comment\r\n${stream.replaceAll('\n', '\r\n')}`))).toEqual(
      whole,
    )
  })

  const text = (value: string): { text: string } => ({ text: value })
  const choices = (fields: object, more: object = {}): string => JSON.stringify(delta(fields, more))
  const readAs = (stream: string): unknown =>
    readChatAnswer(JSON.parse(withoutEvents(stream)) as unknown)?.choices.map(
      ({ text: answer, reasoning }) =>
        reasoning === undefined ? text(answer) : { text: answer, reasoning },
    )
  const end = 'data: [DONE]\n\n'

  it.each([
    ['by carriage returns', `data: ${choices({ content: 'Yes.' })}\r\rdata: [DONE]\r\r`],
    ['by one line feed', `data: ${choices({ content: 'Yes.' })}\n${end}`],
    [
      'over several lines',
      `data: {"choices":\ndata: [{"index": 0, "delta": {"content": "Yes."}}]}\n\n${end}`,
    ],
    ['after a mark of byte order', `\ufeffdata: ${choices({ content: 'Yes.' })}\n\n${end}`],
    ['as messages', `data: {"choices":[{"index":0,"message":{"content":"Yes."}}]}\n\n${end}`],
    [
      'with the whole message at the end',
      `data: ${choices({ content: 'Yes.' })}\n\ndata: {"choices":[{"index":0,"message":{"content":"Yes."}}]}\n\n${end}`,
    ],
  ])('are read %s', (_, given) => {
    expect(readAs(given)).toEqual([text('Yes.')])
  })

  it('may hold lists of parts', () => {
    const thought = [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }]
    const stream = events(
      delta({ content: thought }),
      delta({ content: [{ type: 'text', text: 'Ye' }] }),
      delta({ content: 's.' }, { finish_reason: 'stop' }),
    )
    expect(readAs(stream)).toEqual([{ text: 'Yes.', reasoning: 'Hm.' }])
  })

  it('are not complete where each has the empty finish reason', () => {
    const broken = events(delta({ content: 'half' }, { finish_reason: '' }))
    expect(withoutEvents(broken)).toBe(broken)
  })

  it.each([
    ['a field of its own', 'error: {"message": "no more", "code": 400}\n\n'],
    ['an event of its own', 'event: error\ndata: {"message": "no more", "code": 400}\n\n'],
    ['an event without choices', 'data: {"object": "error", "message": "no more"}\n\n'],
    ['a text', 'event: error\ndata: "no more"\n\n'],
  ])('can say in %s that the server failed', (_, error) => {
    const stream = `${events(delta({ content: 'half' }))}${error}${end}`
    const text = withoutEvents(stream)
    expect(errorInAnswer(JSON.parse(text), text, null)?.message).toBe('no more')
  })

  it('hold the text so far, until the choice is finished', () => {
    const reader = new ChatStream()
    reader.push(events(delta({ role: 'assistant' })))
    expect(reader.soFar(0)).toBeUndefined()
    reader.push(events(delta({ content: 'one' }), delta({ content: ' two' })))
    expect(reader.soFar(0)).toEqual({
      value: { choices: [{ message: { content: 'one two' } }] },
      parts: 2,
    })
    reader.push(events(delta({}, { finish_reason: 'length' })))
    expect(reader.soFar(0)).toBeUndefined()
  })

  it('are left as they are when they break off, and so is any other text', () => {
    const broken = events(delta({ content: 'half' }))
    expect(withoutEvents(broken)).toBe(broken)
    expect(withoutEvents('{"choices": []}')).toBe('{"choices": []}')
    expect(withoutEvents('')).toBe('')
  })
})
