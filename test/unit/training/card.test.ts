// The model card of an exported model, and the lines that take the model on.
import { expect, it } from 'vitest'
import { type CardFacts, modelCard } from '../../../src/core/training/report/card'
import { RunHistory } from '../../../src/core/training/history'
import { uploadLine } from '../../../src/training/exportedModel'
import { runFile } from './support/runs'

function facts(change: Partial<CardFacts> = {}): CardFacts {
  const history = new RunHistory()
  const event = { totalSteps: 8, time: 0 }
  history.take({ event: 'start', step: 0, ...event, rows: 7, heldOutRows: 2, selfAnnotatedRows: 3 })
  const figures = (heldOutLoss: number): Record<string, number> => ({ heldOutLoss })
  history.take({ event: 'eval', step: 0, ...event, figures: figures(0.69) })
  history.take({ event: 'eval', step: 8, ...event, figures: figures(0.41) })
  return {
    file: runFile(),
    history,
    data: { rows: 9, prompts: 8, sources: [{ name: '/home/me/models/tiny', rows: 9 }] },
    regression: null,
    model: 'org/base-1B',
    ...change,
  }
}

it('names base, method, data, figures, and what is to be done about the licence', () => {
  const card = modelCard('my-model', facts())
  expect(card).toMatch(
    /^---\nlibrary_name: transformers\npipeline_tag: text-generation\nbase_model: org\/base-1B\ntags:\n {2}- aepo\n {2}- trl\n {2}- dpo\n---\n\n# my-model\n/,
  )
  for (const part of [
    '- Base model: org/base-1B.',
    '[arXiv 2305.18290](https://arxiv.org/abs/2305.18290)',
    '- Data: 9 pairs of 8 prompts; held out: 2.',
    '- Of these annotated by the model itself: 3.',
    '- Responses from: tiny (9).',
    'A LoRA adapter of rank 16 was trained, and is merged into the weights.',
    '| Held-out loss | 0.69 | 0.41 |',
    'The licence of org/base-1B applies to this model',
  ])
    expect(card).toContain(part)
})

it('counts one step in the singular', () => {
  const history = new RunHistory()
  history.take({ event: 'start', step: 1, totalSteps: 1, time: 0 })
  expect(modelCard('m', facts({ history }))).toContain('Learning rate 0.0001, 1 optimiser step, ')
  expect(modelCard('m', facts())).toContain(', 8 optimiser steps, ')
})

it('says nothing of the folders of this machine', () => {
  for (const model of [
    '/home/me/models/tiny',
    './models/tiny',
    './tiny',
    String.raw`C:\\me\\tiny`,
  ]) {
    const card = modelCard('m', facts({ model }))
    expect(card).toContain('- Base model: tiny.')
    expect(card).not.toMatch(/base_model|home|\.\/models|\bme\b/)
  }
  expect(modelCard('m', facts({ model: 'builtin:SmolLM2-135M-Instruct' }))).toContain(
    'Base model: SmolLM2-135M-Instruct.',
  )
  expect(modelCard('m', facts({ data: null }))).not.toContain('Data:')
})

it('the line that uploads makes a private repository, and survives a path with blanks', () => {
  expect(uploadLine('me/m', '/a b/$m')).toBe("hf upload me/m '/a b/$m' . --private")
})
