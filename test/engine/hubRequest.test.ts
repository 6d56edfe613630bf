// Requests to a hub that limits them, has a fault, or does not answer.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listHubFiles } from '../../src/engine/models/hub'
import { toFailure } from '../../src/shared/errors'
import { never } from './support/models'

interface Asked {
  files?: string[]
  failure?: ReturnType<typeof toFailure>
  waits: string[]
  requests: number
}

const LISTING = JSON.stringify({ sha: 'abc', siblings: [{ rfilename: 'config.json' }] })

/** Lists a model of a hub whose first answers are these; the last one is repeated. */
async function ask(...answers: ((response: ServerResponse) => void)[]): Promise<Asked> {
  let requests = 0
  const server = createServer((_, response) => {
    answers[Math.min(requests++, answers.length - 1)]?.(response)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const waits: string[] = []
  const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const model = { organisation: 'org', name: 'name', revision: 'main' }
  const onWait = (sentence: string): void => void waits.push(sentence)
  try {
    const files = await listHubFiles(hub, model, { signal: never, retryDelay: 0, onWait })
    return { files: [...files.keys()], waits, requests }
  } catch (thrown) {
    return { failure: toFailure(thrown), waits, requests }
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end('')
const listing = (response: ServerResponse): void => void response.end(LISTING)

describe('a hub', () => {
  const listed = (hub: string, token: string | null): Promise<unknown> => {
    const model = { organisation: 'org', name: 'name', revision: 'main' }
    const options = { signal: never, retryDelay: 0, onWait: () => undefined, token }
    return listHubFiles(hub, model, options).catch(toFailure)
  }

  it('is sent a token without the line break that was copied with it, and no other one', async () => {
    const tokens: (string | undefined)[] = []
    const server = createServer(({ headers }, response) => {
      tokens.push(headers.authorization)
      response.end(LISTING)
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await listed(hub, ' hf_secret\r\n')
    for (const token of ['hf_\u0001secret', 'hf_secr–et']) {
      const failure = await listed(hub, token)
      expect(failure).toMatchObject({ code: 'bad-input' })
      expect(JSON.stringify(failure)).not.toContain('secr')
    }
    expect(tokens).toEqual(['Bearer hf_secret'])
  })

  it.each(['hub.example:8080', 'ftp://hub.example', ''])(
    'has a web address, not %j',
    async (hub) => {
      expect(await listed(hub, null)).toMatchObject({ code: 'bad-input', where: hub })
    },
  )

  it('that limits requests is asked again after the pause it names', async () => {
    const asked = await ask(status(429, { 'retry-after': '1' }), listing)
    expect(asked).toEqual({
      files: ['config.json'],
      waits: ['The model hub limits the number of requests (status 429). Trying again in 1 s.'],
      requests: 2,
    })
  })

  it.each([
    [429, 'The model hub limits the number of requests (status 429).', 'HF_TOKEN'],
    [503, 'The model hub has a fault (status 503).', 'Start again later'],
    [504, 'The model hub has a fault (status 504).', 'Start again later'],
  ])('that keeps answering %i is named after three attempts', async (code, message, remedy) => {
    const { failure, requests } = await ask(status(code))
    expect(failure).toMatchObject({ code: 'model-unreachable', message })
    expect(failure?.remedy).toContain(remedy)
    expect(requests).toBe(3)
  })

  it('that asks for a very long pause is not waited for', async () => {
    const { failure, requests } = await ask(status(429, { 'retry-after': '3600' }))
    expect(failure).toMatchObject({ code: 'model-unreachable' })
    expect(requests).toBe(1)
  })

  it('that recovers from a fault or closes the connection is asked again', async () => {
    const asked = await ask(status(504), (response) => response.destroy(), listing)
    expect(asked).toMatchObject({ files: ['config.json'], requests: 3 })
  })

  it('that has no such model is asked once', async () => {
    const { failure, requests } = await ask(status(404))
    expect(failure).toMatchObject({ code: 'not-found' })
    expect(requests).toBe(1)
  })
})
