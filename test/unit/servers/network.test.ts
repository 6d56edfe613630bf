// The way to a server: proxies, certificates, compressed responses, Azure's addresses.
import http from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { forwardedTo } from '../../support/servers/forwarding'
import { onLoopback } from '../../support/servers/loopback'
import { server, useFakeServer } from './server'
import { client, failureOf, sample, wanted } from './support'

useFakeServer()

afterEach(() => vi.unstubAllEnvs())

/** A proxy for http that passes on all requests to the fake server, and notes their addresses. */
async function startProxy(): Promise<{ url: string; asked: string[]; close: () => Promise<void> }> {
  const asked: string[] = []
  const proxy = http.createServer(forwardedTo(new URL(server.url)))
  proxy.prependListener('request', ({ url }) => asked.push(url ?? ''))
  const { origin, close } = await onLoopback(proxy)
  return { url: origin, asked, close }
}

describe('a proxy', () => {
  it('that the environment names takes the requests, without a tunnel for http', async () => {
    const proxy = await startProxy()
    vi.stubEnv('HTTP_PROXY', proxy.url)
    vi.stubEnv('NO_PROXY', '')
    expect(
      await sample(client(), 'http://model.invalid:8000/v1', { candidates: wanted(2) }),
    ).toHaveLength(2)
    expect(proxy.asked).toContain('http://model.invalid:8000/v1/chat/completions')
    await proxy.close()
  })

  it('is passed by for the hosts of NO_PROXY', async () => {
    const proxy = await startProxy()
    vi.stubEnv('HTTP_PROXY', proxy.url)
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    expect(await sample(client(), server.url, { candidates: wanted(1) })).toHaveLength(1)
    expect(proxy.asked).toEqual([])
    await proxy.close()
  })

  it('that cannot be reached is named in the failure', async () => {
    const proxy = await startProxy()
    await proxy.close()
    vi.stubEnv('HTTP_PROXY', proxy.url)
    vi.stubEnv('NO_PROXY', '')
    expect(
      await failureOf(sample(client(), 'http://model.invalid/v1', { candidates: wanted(1) })),
    ).toMatchObject({
      code: 'server-unreachable',
      message: expect.stringContaining('HTTP_PROXY names a proxy') as string,
    })
  })
})

describe('a response', () => {
  it('that is compressed without being asked to is read', async () => {
    server.faults.push(
      (_, response, answer) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(answer())),
    )
    expect(await sample(client(), server.url, { candidates: wanted(2) })).toHaveLength(2)
  })

  it('that is compressed in a way that is not known is named at once', async () => {
    server.faults.push(
      (_, response) => void response.writeHead(200, { 'content-encoding': 'pack200' }).end('\x01'),
    )
    const failure = await failureOf(sample(client(), server.url, { candidates: wanted(1) }))
    expect(failure?.message).toContain('compressed as pack200')
  })
})

describe('a key', () => {
  const azure = (): string => `${server.url}?api-version=2024-10-21`

  it('goes to Azure as api-key, with the version of the API in each address', async () => {
    const headers: unknown[] = []
    server.faults.push((received, response, answer) => {
      headers.push(received.authorization, received.headers?.['api-key'])
      response.end(answer())
    })
    const { origin } = new URL(server.url)
    await sample(client({ keys: { [origin]: 'sk-1' } }), azure(), { candidates: wanted(1) })
    expect(headers).toEqual([undefined, 'sk-1'])
    expect(server.requests.at(-1)?.path).toBe('/v1/chat/completions?api-version=2024-10-21')
  })

  it('that no header can carry is refused without being repeated', async () => {
    const { origin } = new URL(server.url)
    const one = client({ keys: { [origin]: 'sk-secret\n' } })
    const failure = await failureOf(sample(one, server.url, { candidates: wanted(1) }))
    expect(failure).toMatchObject({ code: 'server-refused' })
    expect(JSON.stringify([failure, one.log])).not.toContain('secret')
  })
})

it('an address that ends with a path of the API is that of the API', async () => {
  expect(
    await sample(client(), `${server.url}/chat/completions`, { candidates: wanted(1) }),
  ).toHaveLength(1)
})
