// Work that several callers share: progress, cancellation, further attempts.
import { describe, expect, it } from 'vitest'
import { SharedWork } from '../../../src/async/sharedWork'
import type { LoadProgress } from '../../../src/shared/engineProtocol'
import { failureError, toFailure } from '../../../src/shared/errors'

const never = new AbortController().signal
const ignore = (): void => undefined

describe('SharedWork', () => {
  const waiting = (
    signal = never,
    seen: LoadProgress[] = [],
  ): { signal: AbortSignal; onProgress: (progress: LoadProgress) => void } => ({
    signal,
    onProgress: (progress) => seen.push(progress),
  })

  it('runs once, reports progress to all callers, and goes on while one of them waits', async () => {
    let settle: (model: string) => void = ignore
    let inner: AbortSignal = never
    let report: (progress: LoadProgress) => void = ignore
    const load = new SharedWork<string, LoadProgress>((options) => {
      inner = options.signal
      report = options.onProgress
      return new Promise<string>((resolve) => (settle = resolve))
    })
    const impatient = new AbortController()
    const seen: LoadProgress[] = []
    const first = load.wait(waiting(impatient.signal))
    const second = load.wait(waiting(never, seen))
    impatient.abort()
    expect(toFailure(await first.catch((thrown: unknown) => thrown)).code).toBe('cancelled')
    expect(inner.aborted).toBe(false)
    report({ kind: 'loading' })
    settle('model')
    expect(await second).toBe('model')
    expect(seen).toEqual([{ kind: 'loading' }])
  })

  it('starts again after a cancelled attempt has settled, and after a failure', async () => {
    const signals: AbortSignal[] = []
    let end: () => void = ignore
    const load = new SharedWork<string, LoadProgress>(({ signal }) => {
      if (signals.push(signal) > 1) return Promise.resolve('model')
      return new Promise<string>(
        (_, reject) => (end = () => reject(failureError('cancelled', 'Cancelled.'))),
      )
    })
    const hasty = new AbortController()
    const first = load.wait(waiting(hasty.signal)).catch(toFailure)
    hasty.abort()
    const second = load.wait(waiting())
    const third = load.wait(waiting())
    expect(await first).toMatchObject({ code: 'cancelled' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    end()
    expect(await Promise.all([second, third])).toEqual(['model', 'model'])
    expect(signals).toHaveLength(2)

    let attempts = 0
    const failing = new SharedWork<string, LoadProgress>(() =>
      ++attempts === 1 ? Promise.reject(new Error('no')) : Promise.resolve('model'),
    )
    await expect(failing.wait(waiting())).rejects.toThrow('no')
    expect(await failing.wait(waiting())).toBe('model')
  })

  it('is cancelled when no caller waits, and passes failures on', async () => {
    const controller = new AbortController()
    let inner: AbortSignal = never
    const load = new SharedWork<string, LoadProgress>(({ signal }) => {
      inner = signal
      return Promise.reject<string>(failureError('not-found', 'Nothing.'))
    })
    expect(toFailure(await load.wait(waiting()).catch((thrown: unknown) => thrown)).code).toBe(
      'not-found',
    )
    const endless = new SharedWork<string, LoadProgress>(({ signal }) => {
      inner = signal
      return new Promise<string>(() => undefined)
    })
    const wait = endless.wait(waiting(controller.signal))
    controller.abort()
    await expect(wait).rejects.toThrow()
    expect(inner.aborted).toBe(true)
  })
})
