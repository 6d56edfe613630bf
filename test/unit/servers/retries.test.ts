// The wait of the server client before a retry.
import { describe, expect, it } from 'vitest'
import { retryAfter } from '../../../src/engine/retryAfter'
import { saidWait } from '../../../src/engine/servers/saidWait'
import { waitBefore } from '../../../src/engine/servers/retries'

describe('waits', () => {
  it('grow exponentially to a minute, with jitter of half of each', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 20].map((tries) => waitBefore(tries, null, 1))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ])
    expect([1, 2, 7].map((tries) => waitBefore(tries, null, 0))).toEqual([500, 1000, 30_000])
  })

  it('are those that the server requests, plus at most a second, up to 15 minutes', () => {
    expect(waitBefore(5, 7000, 0)).toBe(7000)
    expect(waitBefore(5, 7000, 0.5)).toBe(7500)
    expect(waitBefore(1, 0, 0)).toBe(0)
    expect(waitBefore(1, 86_400_000, 0)).toBe(900_000)
  })

  it('parse Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(retryAfter('120', now)).toBe(120_000)
    expect(retryAfter('0.5', now)).toBe(500)
    expect(retryAfter('Thu, 01 Jan 2026 00:01:30 GMT', now)).toBe(90_000)
    expect(retryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0)
    for (const nothing of [undefined, '', ' ', 'soon']) expect(retryAfter(nothing, now)).toBeNull()
  })

  it.each<[string, Record<string, string>, number | null]>([
    ['', { 'retry-after-ms': '1500' }, 1500],
    ['Rate limit reached. Please try again in 1m30.5s.', {}, 90_500],
    ['Please try again in 350ms.', {}, 350],
    ['Quota exceeded. Please retry in 34.07s.', {}, 34_070],
    ['Try again in 2 minutes.', {}, 120_000],
    ['Please retry after 20 seconds.', {}, 20_000],
    ['{"retryDelay": "34s"}', {}, 34_000],
    ['Please try again in 7h12m0s.', {}, 25_920_000],
    ['Please try again in a moment.', {}, null],
    ['Retry in 2 requests', {}, null],
  ])('may be said in words: %j', (text, headers, expected) => {
    expect(saidWait(headers, text)).toBe(expected)
  })
})
