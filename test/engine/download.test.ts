// Download of one file: resumption, failed attempts, cancellation.
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { download } from '../../src/engine/models/download'
import { listHubFiles } from '../../src/engine/models/hub'
import { toFailure } from '../../src/shared/errors'
import { cache, GRAPH, hub, ID, requestsOf, sha256, useHub } from './support/hubModel'
import { ignore, never, TINY } from './support/models'

useHub()

describe('download', () => {
  const waits: string[] = []
  const attempts = {
    signal: never,
    retryDelay: 0,
    onWait: (sentence: string) => void waits.push(sentence),
  }
  const target = (): string => path.join(cache, 'graph.onnx')

  /** Downloads the graph; the hub cuts the connection at these numbers of bytes. */
  async function graph(cuts: number[] = [], signal = never): Promise<void> {
    const [organisation = '', name = ''] = ID.split('/')
    const remote = (
      await listHubFiles(hub.url, { organisation, name, revision: 'main' }, attempts)
    ).get(GRAPH)
    if (!remote) throw new Error('The hub lists no graph.')
    await download(remote, target(), {
      ...attempts,
      signal,
      onProgress: (bytes) => {
        if (cuts.includes(bytes)) hub.cut()
      },
    })
  }

  it('takes no web page for the file, with or without a checksum', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>login')
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/config.json`
    const remote = { url, headers: {}, size: null, checksum: null }
    const options = { ...attempts, onProgress: ignore }
    expect(await download(remote, target(), options).catch(toFailure)).toMatchObject({
      code: 'model-unreachable',
      where: url,
    })
    expect(await readdir(cache)).toEqual([])
  })

  it('resumes after the connection was cut', async () => {
    hub.sendOnly.set(GRAPH, [50_000, 70_000])
    await graph([50_000, 120_000])
    expect(requestsOf(GRAPH)).toEqual(['', 'bytes=50000-', 'bytes=120000-'])
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('starts over if the server does not support ranges', async () => {
    hub.ignoreRanges = true
    hub.sendOnly.set(GRAPH, [50_000])
    await graph([50_000])
    expect(requestsOf(GRAPH)).toEqual(['', 'bytes=50000-'])
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('fails after several attempts without a byte, and resumes later', async () => {
    hub.sendOnly.set(GRAPH, [50_000, 0, 0, 0])
    const failure = toFailure(await graph([50_000]).catch((thrown: unknown) => thrown))
    expect(failure).toMatchObject({ code: 'model-unreachable' })
    expect(failure.remedy).toContain('what was downloaded is kept')
    await graph()
    expect(requestsOf(GRAPH).at(-1)).toBe('bytes=50000-')
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('fetches a damaged file once more, from its beginning, and says so', async () => {
    hub.damaged.set(GRAPH, 1)
    waits.length = 0
    await graph()
    expect(requestsOf(GRAPH)).toEqual(['', ''])
    expect(waits).toEqual(['The downloaded file is damaged. It is downloaded once more.'])
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('fetches a file anew whose earlier attempt kept other bytes', async () => {
    await mkdir(path.dirname(target()), { recursive: true })
    await writeFile(`${target()}.part`, Buffer.alloc(50_000, 'x'))
    await graph()
    expect(requestsOf(GRAPH)).toEqual(['bytes=50000-', ''])
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('fails when the file is damaged twice, and keeps nothing of it', async () => {
    hub.damaged.set(GRAPH, 2)
    expect(await graph().catch(toFailure)).toMatchObject({
      code: 'model-incomplete',
      message: 'The downloaded file is damaged: its checksum is wrong.',
    })
    expect(requestsOf(GRAPH)).toEqual(['', ''])
    expect(await readdir(cache)).toEqual([])
  })

  it('can be cancelled while it verifies the checksum', async () => {
    const controller = new AbortController()
    await mkdir(path.dirname(target()), { recursive: true })
    await writeFile(`${target()}.part`, await readFile(path.join(TINY, GRAPH)))
    const checked = graph([], controller.signal).catch(toFailure)
    controller.abort()
    expect(await checked).toMatchObject({ code: 'cancelled' })
    expect(await readdir(cache)).toEqual(['graph.onnx.part'])
  })

  it('can be cancelled, and keeps the bytes it has', async () => {
    const controller = new AbortController()
    hub.sendOnly.set(GRAPH, [60_000])
    hub.cut = () => controller.abort()
    expect(
      toFailure(await graph([60_000], controller.signal).catch((thrown: unknown) => thrown)).code,
    ).toBe('cancelled')
    await graph()
    expect(requestsOf(GRAPH).at(-1)).toBe('bytes=60000-')
  })
})
