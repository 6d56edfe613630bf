// What is found in the rows of a run before it starts.
import { describe, expect, it } from 'vitest'
import type { PairRow } from '../../../src/core/training/row'
import { checkRows } from '../../../src/core/training/rowChecks'

const LONG = 'This answer says what was asked for, and not more. '.repeat(10)

function row(change: {
  prompt?: string
  promptId?: string
  chosen?: string
  rejected?: string
  chosenEnd?: PairRow['chosenEnd']
}): PairRow {
  const { prompt = 'Name a tree.', chosen = 'An oak.', rejected = 'No idea.' } = change
  return {
    promptId: change.promptId ?? prompt,
    prompt: [{ role: 'user', content: prompt }],
    chosen: [{ role: 'assistant', content: chosen }],
    rejected: [{ role: 'assistant', content: rejected }],
    chosenEnd: change.chosenEnd ?? 'stop',
    rejectedEnd: 'stop',
  }
}

describe('rows', () => {
  it.each<[string, PairRow, string]>([
    ['same text', row({ chosen: 'An  oak.\n', rejected: 'An oak.' }), 'same text on both sides'],
    ['cut off', row({ chosenEnd: 'length' }), 'one that was cut off'],
    ['length', row({ chosen: LONG, rejected: 'No.' }), 'times as long'],
    ['key', row({ prompt: `Use sk-${'a1'.repeat(20)} for it.` }), 'key or a password'],
    ['private key', row({ chosen: '-----BEGIN RSA PRIVATE KEY-----' }), 'key or a password'],
    ['password', row({ chosen: 'postgres://me:secret@host/db' }), 'key or a password'],
    ['e-mail', row({ rejected: 'Write to ada.l@example.co.uk.' }), 'e-mail address'],
  ])('%s is found in the row that has it', (_, bad, message) => {
    const found = checkRows([row({}), bad])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ rows: [1] })
    expect(found[0]?.message).toMatch(message)
  })

  it('of different prompts that read the same are found together', () => {
    const rows = [
      row({ prompt: 'Name a tree!' }),
      row({ prompt: 'Why?' }),
      row({ prompt: 'name a  TREE' }),
    ]
    expect(checkRows(rows)).toMatchObject([{ rows: [0, 2] }])
  })

  it('of one prompt are several pairs, and no finding; nor is ordinary text', () => {
    const plain = 'Mail me @ noon: the ratio is 3:1, task-based, skilled, http://example.org/a:b.'
    expect(checkRows([row({}), row({ chosen: 'A fir.' }), row({ prompt: plain })])).toEqual([])
  })

  it('with one response each are looked at for keys and addresses', () => {
    const {
      chosen,
      rejected: _,
      chosenEnd,
      rejectedEnd: __,
      ...prompt
    } = row({ chosen: 'a@b.com' })
    const single = {
      ...prompt,
      completion: chosen,
      completionEnd: chosenEnd,
      values: { label: true },
    }
    expect(checkRows([single])).toMatchObject([{ rows: [0] }])
  })

  it('that are many are counted, the first twenty named', () => {
    const rows = Array.from({ length: 30 }, () => row({ chosenEnd: 'length' }))
    expect(checkRows(rows)[0]).toMatchObject({
      message: expect.stringMatching(/: 30\.$/) as unknown,
    })
    expect(checkRows(rows)[0]?.rows).toHaveLength(20)
  })
})
