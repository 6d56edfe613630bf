// The webview's pure parts: keys, stopwatch, numbers, folded texts, preferences in words.
import { describe, expect, test } from 'vitest'
import { commandFor, type KeyPress, KEYS, SIMPLE_COMMANDS } from '../../webview-ui/keys'
import { foldMiddle, rowCount } from '../../webview-ui/fold'
import { count, countedPrompts, decimal, duration } from '../../webview-ui/numbers'
import { bestOf, describe as inWords, fullRanking, markOf } from '../../webview-ui/preferences'
import { evaluation } from '../../webview-ui/strings/evaluation'
import { review } from '../../webview-ui/strings/review'
import { simulation } from '../../webview-ui/strings/simulation'
import { Stopwatch } from '../../webview-ui/stopwatch'

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    code: '',
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    shiftKey: false,
    repeat: false,
    isComposing: false,
    ...more,
  }
}

describe('commandFor', () => {
  test('no key has two meanings', () => {
    const all = SIMPLE_COMMANDS.flatMap((name) => KEYS[name].keys)
    expect(new Set(all).size).toBe(all.length)
  })

  test.each([
    [
      'a digit that needs Shift (AZERTY)',
      press('1', { code: 'Digit1', shiftKey: true }),
      { do: 'best', index: 0 },
    ],
    ['the same key without Shift', press('&', { code: 'Digit1' }), { do: 'best', index: 0 }],
    ['the number pad', press('2', { code: 'Numpad2' }), { do: 'best', index: 1 }],
    ['caps lock', press('T', { code: 'KeyT' }), { do: 'tie' }],
    ['a Cyrillic layout', press('е', { code: 'KeyT' }), { do: 'tie' }],
    ['undo on a Cyrillic layout', press('я', { code: 'KeyZ', ctrlKey: true }), { do: 'undo' }],
    ['a letter moved by the layout (Dvorak)', press('b', { code: 'KeyN' }), { do: 'allBad' }],
  ])('understands %s', (_, key, command) => {
    expect(commandFor(key, 2)).toEqual(command)
  })

  test.each([
    ['a repeat', press('1', { repeat: true })],
    ['composing text', press('t', { isComposing: true })],
    ['Shift and a letter', press('T', { code: 'KeyT', shiftKey: true })],
    ['Shift and a named key', press('Home', { shiftKey: true })],
    ['Shift and a digit of QWERTY', press('!', { code: 'Digit1', shiftKey: true })],
    ['redo', press('z', { ctrlKey: true, shiftKey: true })],
    ['a third of two', press('3')],
    ['a named key', press('Tab')],
  ])('leaves %s alone', (_, key) => {
    expect(commandFor(key, 2)).toBeNull()
  })
})

test('the stopwatch stands still while the editor is hidden', () => {
  let now = 0
  const watch = new Stopwatch(() => now, true)
  watch.restart()
  now = 1_000
  watch.setVisible(false)
  now = 60_000
  expect(watch.milliseconds()).toBe(1_000)
  watch.setVisible(true)
  now = 60_500
  expect(watch.milliseconds()).toBe(1_500)
  watch.restart()
  expect(watch.milliseconds()).toBe(0)
})

test('a stopwatch started out of sight waits', () => {
  let now = 0
  const watch = new Stopwatch(() => now, false)
  watch.restart()
  now = 5_000
  watch.setVisible(true)
  now = 5_200
  expect(watch.milliseconds()).toBe(200)
})

test.each([
  [0, 'under 10 s'],
  [9.9, 'under 10 s'],
  [11, '10 s'],
  [54, '50 s'],
  [58, '1 min'],
  [312, '5 min'],
  [3_580, '1 h'],
  [4_800, '1 h 20 min'],
  [90_000, '25 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test('counts are grouped and agree in number', () => {
  expect([count(2560), countedPrompts(1), countedPrompts(0), countedPrompts(2560)]).toEqual([
    '2,560',
    '1 prompt',
    '0 prompts',
    '2,560 prompts',
  ])
})

test.each([
  [0, '0'],
  [0.6931471, '0.6931'],
  [-12.5, '-12.5'],
  [2.482e-7, '2.5e-7'],
  [-0.0009, '-9e-4'],
])('%d is %s', (value, text) => {
  expect(decimal(value)).toBe(text)
})

describe('preferences', () => {
  const order = ['a', 'b', 'c']

  test('in words', () => {
    expect(inWords({ kind: 'ranking', tiers: [['b'], ['a']] }, ['a', 'b'])).toBe('2 is better')
    expect(inWords({ kind: 'ranking', tiers: [['b'], ['a', 'c']] }, order)).toBe('2 is best')
    expect(inWords({ kind: 'ranking', tiers: [['b'], ['c'], ['a']] }, order)).toBe(
      '2, then 3, then 1',
    )
    expect(inWords({ kind: 'ranking', tiers: [['b', 'c'], ['a']] }, order)).toBe('2 = 3, then 1')
    expect(inWords({ kind: 'tie' }, order)).toBe('tie')
  })

  test('a full ranking needs all but one', () => {
    expect(fullRanking(order, ['b'])).toBeNull()
    expect(fullRanking(order, ['b', 'a'])).toEqual({
      kind: 'ranking',
      tiers: [['b'], ['a'], ['c']],
    })
    expect(bestOf(order, 3)).toBeNull()
  })

  test('marks', () => {
    expect(markOf({ kind: 'ranking', tiers: [['a'], ['b']] }, 'a')).toEqual({
      text: 'Preferred',
      best: true,
    })
    expect(markOf({ kind: 'ranking', tiers: [['a'], ['b']] }, 'b')).toBeNull()
    expect(markOf({ kind: 'ranking', tiers: [['a'], ['b'], ['c']] }, 'c')).toEqual({
      text: 'Place 3',
      best: false,
    })
    expect(markOf({ kind: 'allBad' }, 'a')).toEqual({ text: 'All bad', best: false })
  })
})

describe('a text folded in its middle', () => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n')

  test('is whole where it nearly fits', () => {
    expect(foldMiddle(lines(7), { rows: 5, columns: 40 })).toBeNull()
    expect(rowCount(lines(7), 40)).toBe(7)
  })

  test('keeps its beginning and its end', () => {
    expect(foldMiddle(lines(20), { rows: 5, columns: 40 })).toEqual({
      head: 'line 1\nline 2\nline 3',
      hidden: 15,
      tail: 'line 19\nline 20\n',
    })
  })

  test('counts a long line by the rows that it takes, and is cut between words', () => {
    const folded = foldMiddle('word '.repeat(40).trim(), { rows: 4, columns: 20 })
    expect(folded).toEqual({
      head: 'word word word word word word word word',
      hidden: 6,
      tail: 'word word word word word word word word\n',
    })
    expect(rowCount('x'.repeat(45), 20)).toBe(3)
  })

  test('closes a code block that is cut, and opens it again', () => {
    const text = `Look:\n\`\`\`python\n${lines(20)}\n\`\`\`\nWhat is it?`
    expect(foldMiddle(text, { rows: 6, columns: 40 })).toEqual({
      head: 'Look:\n\`\`\`python\nline 1\nline 2\n\`\`\`',
      hidden: 18,
      tail: '\`\`\`\nWhat is it?\n',
    })
    const later = foldMiddle(`${text} `.replace('What', '\nWhat'), { rows: 10, columns: 40 })
    expect(later?.tail).toBe('\`\`\`python\nline 20\n\`\`\`\n\nWhat is it? \n')
  })
})

describe('one of a thing', () => {
  test('is in the singular', () => {
    expect(evaluation.voted(1, 1)).toBe('1 of 1 pair voted on')
    expect(evaluation.voted(1, 16)).toBe('1 of 16 pairs voted on')
    expect(evaluation.sampled(0, 1)).toBe('0 of 1 response sampled')
    expect(evaluation.result.characters(1.2)).toBe('1 character')
    expect(review.learning.point(1, '50', '40', '60')).toMatch(/^1 label: /)
    const pool = { prompts: 9, responses: 1, seeds: 1, heldOut: 1 }
    expect(simulation.facts(pool, 'a.jsonl')).toBe(
      'a.jsonl: 9 prompts, 1 response; 1 random split with 1 prompt held out.',
    )
  })
})
