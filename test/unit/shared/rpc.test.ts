// The RPC: correlation by id, errors and progress as messages, cancellation of handlers, rejection
// of pending requests when the channel closes.
import { describe, expect, it } from 'vitest'
import { FailureError, failureError } from '../../../src/shared/errors'
import { connect, type Peer, type RequestHandlers, type Transport } from '../../../src/shared/rpc'

type Worker = {
  requests: {
    double: [number, number]
    count: [number, string, number]
    wait: [null, never]
    fail: [string, never]
  }
  notifications: Record<never, never>
}
type Owner = { requests: Record<never, never>; notifications: { log: string } }

/**
 * Two ends of a channel that copies messages like a process boundary, and delivers them later.
 */
function channel(): [Transport, Transport] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const end = (own: number): Transport => ({
    send: (message) => {
      const copy: unknown = structuredClone(message)
      queueMicrotask(() => listeners[1 - own]?.forEach((listener) => listener(copy)))
    },
    onMessage: (listener) => listeners[own]?.push(listener),
  })
  return [end(0), end(1)]
}

interface Ends {
  worker: Peer<Worker>
  owner: Peer<Owner>
  logs: string[]
  aborted: string[]
}

function connected(): Ends {
  const [near, far] = channel()
  const logs: string[] = []
  const aborted: string[] = []
  const handlers: RequestHandlers<Worker['requests']> = {
    double: (value) => value * 2,
    count: async (to, { progress }) => {
      for (let i = 1; i <= to; i++) progress(i)
      return Promise.resolve('done')
    },
    wait: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('wait')
          reject(failureError('cancelled', 'Cancelled.'))
        })
      }),
    fail: (message) => {
      throw failureError('bad-input', message, { where: 'p.jsonl', line: 7 })
    },
  }
  const owner = connect<Worker, Owner>(far, handlers, {})
  const worker = connect<Owner, Worker>(near, {}, { log: (message) => logs.push(message) })
  return { worker, owner, logs, aborted }
}

describe('connect', () => {
  it('resolves each request with its own result', async () => {
    const { worker } = connected()
    expect(await Promise.all([1, 2, 3].map((value) => worker.request('double', value)))).toEqual([
      2, 4, 6,
    ])
  })

  it('reports progress to the request it belongs to', async () => {
    const { worker } = connected()
    const [first, second]: [number[], number[]] = [[], []]
    const results = await Promise.all([
      worker.request('count', 3, { onProgress: (value) => first.push(value) }),
      worker.request('count', 1, { onProgress: (value) => second.push(value) }),
    ])
    expect(results).toEqual(['done', 'done'])
    expect([first, second]).toEqual([[1, 2, 3], [1]])
  })

  it('sends failures as data', async () => {
    const { worker } = connected()
    const thrown: unknown = await worker.request('fail', 'No.').catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(FailureError)
    expect((thrown as FailureError).failure).toEqual({
      code: 'bad-input',
      message: 'No.',
      where: 'p.jsonl',
      line: 7,
    })
  })

  it('aborts the handler, and rejects a request that is already cancelled', async () => {
    const { worker, aborted } = connected()
    const controller = new AbortController()
    const waiting = worker.request('wait', null, { signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    await worker.request('double', 1) // the cancellation has arrived
    expect(aborted).toEqual(['wait'])
    await expect(worker.request('double', 1, { signal: controller.signal })).rejects.toMatchObject({
      failure: { code: 'cancelled' },
    })
  })

  it('does not wait for a cancelled handler, and drops its later messages', async () => {
    const [near, far] = channel()
    let finish: () => void = () => undefined
    const busy: RequestHandlers<Worker['requests']> = {
      double: (value) => value * 2,
      count: async (to, { progress }) => {
        progress(1)
        await new Promise<void>((resolve) => (finish = resolve))
        progress(to)
        return 'done'
      },
      wait: () => Promise.reject(new Error('not asked')),
      fail: () => Promise.reject(new Error('not asked')),
    }
    connect<Worker, Owner>(far, busy, {})
    const worker = connect<Owner, Worker>(near, {}, { log: () => undefined })
    const controller = new AbortController()
    const seen: number[] = []
    const counting = worker.request('count', 2, {
      signal: controller.signal,
      onProgress: (value) => seen.push(value),
    })
    await worker.request('double', 1)
    controller.abort()
    await expect(counting).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    finish()
    expect(await worker.request('double', 2)).toBe(4)
    expect(seen).toEqual([1])
  })

  it('rejects pending and later requests when it is closed', async () => {
    const { worker, owner, aborted } = connected()
    const pending = [worker.request('wait', null), worker.request('wait', null)]
    await worker.request('double', 1) // the two have arrived
    const reason = { code: 'engine-died', message: 'The engine ended.' } as const
    worker.close(reason)
    worker.close({ code: 'internal', message: 'a second reason counts for nothing' })
    for (const request of [...pending, worker.request('double', 1)])
      await expect(request).rejects.toMatchObject({ failure: reason })
    owner.close(reason)
    expect(aborted).toEqual(['wait', 'wait'])
  })

  it('delivers notifications, and rejects a request without a handler', async () => {
    const { worker, owner, logs } = connected()
    owner.notify('log', 'hello')
    await worker.request('double', 1)
    expect(logs).toEqual(['hello'])
    const strange = worker as unknown as Peer<{
      requests: { toString: [null, null] }
      notifications: Record<never, never>
    }>
    await expect(strange.request('toString', null)).rejects.toMatchObject({
      failure: { code: 'internal', message: 'Unknown method toString.' },
    })
  })
})
