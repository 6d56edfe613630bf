// One prompt that a server does not take is left out, whatever the server says of it and however it
// says it; what concerns all prompts stops the work.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { leftOutRecordSchema } from '../../../src/core/formats/records'
import type { Fault } from '../../support/servers/fakeServer'
import { curationFolder, run } from './curations'
import { server, useFakeServer } from './server'
import { client, failureOf } from './support'

useFakeServer()

const answered =
  (status: number, body: unknown): Fault =>
  (_, response) =>
    void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))

const error = (message: string, more: object = {}): object => ({ error: { message, ...more } })
const choice = (more: object): object => ({
  choices: [{ index: 0, message: { role: 'assistant', content: 'half' }, ...more }],
})

/** What a server may say to one prompt → the words that the user is to see. */
const REFUSALS: Readonly<Record<string, [Fault, string]>> = {
  'a content filter': [
    answered(400, error('filtered by policy', { code: 'content_filter' })),
    'filtered by policy',
  ],
  'a template': [answered(400, error('roles must alternate')), 'roles must alternate'],
  'a length in unknown words': [answered(400, error('9 is more than 8')), '9 is more than 8'],
  'a length that names a setting': [
    answered(400, error('input plus max_tokens is beyond the limit')),
    'input plus max_tokens is beyond the limit',
  ],
  '403, before any answer': [answered(403, error('flagged')), 'flagged'],
  '413': [answered(413, 'Request Entity Too Large'), 'Request Entity Too Large'],
  '422': [answered(422, { detail: [{ msg: 'bad content' }] }), 'bad content'],
  '451': [answered(451, error('not here')), 'not here'],
  'an error in a 200': [answered(200, error('too long for me', { code: 400 })), 'too long for me'],
  'an error in a 200 without a code': [answered(200, { error: 'no, thanks' }), 'no, thanks'],
  'a failed choice': [answered(200, choice({ finish_reason: 'error' })), 'aborted the response'],
  'no choice': [answered(200, { choices: [], usage: {} }), 'no response'],
  'a failed choice with words': [
    answered(200, choice({ finish_reason: 'error', error: { message: 'upstream broke' } })),
    'upstream broke',
  ],
  'a content filter in a choice': [
    answered(200, choice({ message: { content: null }, finish_reason: 'content_filter' })),
    'content filter stopped',
  ],
  'an error object in a 200': [
    answered(200, { object: 'error', message: 'not this one', code: 40303 }),
    'not this one',
  ],
  'a detail in a 200': [answered(200, { detail: 'no such thing' }), 'no such thing'],
  'faults that persist': [answered(500, error('cannot apply the template')), 'cannot apply'],
  'answers that cannot be read': [answered(200, '<html>Oops</html>'), 'Oops'],
  'connections that are cut': [(_, response) => response.socket?.resetAndDestroy(), 'cut'],
}

/** Meets the requests whose prompt is one of these with a fault, and answers the others. */
function refuse(fault: Fault, ...prompts: string[]): void {
  server.faults = Array.from(
    { length: 400 },
    (): Fault => (request, response, answer) =>
      prompts.includes(request.body?.messages.at(-1)?.content ?? '')
        ? fault(request, response, answer)
        : response.end(answer()),
  )
}

describe('one prompt', () => {
  it.each(Object.entries(REFUSALS))('that meets %s is left out', async (_, [fault, words]) => {
    const folder = curationFolder({ prompts: 4, n: 3, concurrency: 1 })
    refuse(fault, 'prompt 2')
    const { generated, leftOut } = await run(folder, client())
    expect(generated).toBe(9)
    expect(leftOut).toMatchObject([{ line: 3, excerpt: 'prompt 2', missing: 3, isNew: true }])
    expect(leftOut[0]?.reason).toContain(words)
  })

  it('is not asked for again after a restart, until it is wished or a setting changes', async () => {
    const folder = curationFolder({ prompts: 2, n: 2 })
    refuse(answered(400, error('no')), 'prompt 1')
    await run(folder, client())
    server.faults = []
    const before = server.requests.length
    expect(await run(folder, client())).toMatchObject({
      generated: 0,
      leftOut: [{ position: 1, isNew: false }],
    })
    expect(server.requests.length).toBe(before)
    expect(await run(folder, client(), { retriesLeftOut: true })).toMatchObject({
      generated: 2,
      leftOut: [],
    })
  })

  it('is tried again after its settings changed', async () => {
    const folder = curationFolder({ prompts: 2, n: 2 })
    refuse(answered(400, error('no')), 'prompt 1')
    await run(folder, client())
    server.faults = []
    curationFolder({ prompts: 2, n: 2, maxNewTokens: 7 }, folder)
    expect(await run(folder, client())).toMatchObject({ generated: 2, leftOut: [] })
  })

  it('is recorded with the words of the server', async () => {
    const folder = curationFolder({ prompts: 2, n: 1 })
    refuse(answered(400, error('no')), 'prompt 1')
    await run(folder, client())
    const lines = readFileSync(path.join(folder, 'a.aepo/left-out.jsonl'), 'utf8').trim()
    expect(leftOutRecordSchema.parse(JSON.parse(lines))).toMatchObject({
      kind: 'prompt',
      reason: 'The server refuses the request (400): no.',
      where: server.url,
    })
  })

  it('may be the first one', async () => {
    const folder = curationFolder({ prompts: 3, n: 1, concurrency: 1 })
    refuse(answered(400, error('no')), 'prompt 0')
    expect(await run(folder, client())).toMatchObject({ generated: 2, leftOut: [{ line: 1 }] })
  })
})

describe('the work stops', () => {
  it('when the first prompts do not fit, without exception', async () => {
    const folder = curationFolder({ prompts: 30, n: 1, concurrency: 1 })
    server.abilities.refuses = () => 'the prompt is too long'
    expect(await failureOf(run(folder, client()))).toMatchObject({
      code: 'context-overflow',
      message: expect.stringMatching(/too long\. The first 8 prompts/) as string,
    })
  })

  it('when any other prompt is refused, too, after answers and after a restart', async () => {
    const folder = curationFolder({ prompts: 9, n: 1, concurrency: 1 })
    let answers = 3
    server.abilities.refuses = () => (answers-- > 0 ? undefined : 'your balance is too low')
    for (let start = 0; start < 2; start++)
      expect(await failureOf(run(folder, client()))).toMatchObject({
        code: 'server-refused',
        message: 'The server refuses the request (400): your balance is too low.',
      })
    server.abilities.refuses = () => undefined
    expect(await run(folder, client())).toMatchObject({ generated: 6, leftOut: [] })
  })

  it.each([
    [401, 'requires an API key'],
    [402, 'requires payment'],
    [404, 'no such route'],
  ])('at once for %i, also in a 200', async (status, words) => {
    for (const fault of [
      answered(status, error('no such route')),
      answered(200, error('no such route', { code: status })),
    ]) {
      const one = client()
      server.faults = Array.from({ length: 10 }, () => fault)
      const failure = await failureOf(run(curationFolder({ prompts: 1, n: 1 }), one))
      expect(failure).toMatchObject({
        code: 'server-refused',
        message: expect.stringContaining(words) as string,
      })
      expect(failure?.message).toContain('no such route')
      expect(one.clock.waits).toEqual([])
    }
  })

  it('when responses hold no answer, and says which settings help', async () => {
    server.faults = Array.from({ length: 20 }, () =>
      answered(200, {
        choices: [
          { message: { content: null, reasoning_content: 'Hm.' }, finish_reason: 'length' },
        ],
      }),
    )
    const notices: string[] = []
    const folder = curationFolder({ prompts: 2, n: 1 })
    const onNotice = (sentence: string): void => void notices.push(sentence)
    expect(await failureOf(run(folder, client(), { onNotice }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('reasoning without an answer') as string,
      remedy: expect.stringContaining('enable_thinking') as string,
    })
    expect(notices).toHaveLength(1)
  })
})
