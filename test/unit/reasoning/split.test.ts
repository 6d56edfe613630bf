// Reasoning and answer are told apart by the markers of the model, wherever they stand.
import { describe, expect, it } from 'vitest'
import { markersOf } from '../../../src/core/reasoning/markers'
import { placed, splitReasoning } from '../../../src/core/reasoning/split'
import { answerOf } from '../../../src/engine/generation/answer'

describe('a response', () => {
  it.each<[string, string, { text: string; reasoning: string | null }]>([
    ['without reasoning', 'Hello.\n', { text: 'Hello.\n', reasoning: null }],
    ['with it', '<think>\nHm.\n</think>\n\nYes.', { text: 'Yes.', reasoning: 'Hm.' }],
    ['with an empty thought', '<think>\n\n</think>\n\nYes.', { text: 'Yes.', reasoning: null }],
    ['opened by the prompt', 'Hm.\n</think>\n\nYes.', { text: 'Yes.', reasoning: 'Hm.' }],
    ['cut off in it', '<think>\nHm, let', { text: '', reasoning: 'Hm, let' }],
    ['of Magistral', '[THINK]Hm.[/THINK]Yes.', { text: 'Yes.', reasoning: 'Hm.' }],
    [
      'that speaks of the marker',
      'Write <think> and </think>.',
      { text: 'Write <think> and </think>.', reasoning: null },
    ],
    [
      'of gpt-oss',
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.',
      { text: 'Yes.', reasoning: 'Hm.' },
    ],
    [
      'of gpt-oss, cut off',
      '<|channel|>analysis<|message|>Hm, let',
      { text: '', reasoning: 'Hm, let' },
    ],
  ])('%s', (_, response, expected) => {
    expect(splitReasoning(response)).toEqual(expected)
  })

  it('whose prompt opened the reasoning is reasoning until it is closed', () => {
    expect(splitReasoning('Hm, let', { isOpened: true })).toEqual({
      text: '',
      reasoning: 'Hm, let',
    })
  })

  it('is split by the markers of its template alone, where that names some', () => {
    const markers = markersOf("{{ '[THINK]' }}{{ '[/THINK]' }}")
    expect(splitReasoning('<think>x</think>y', { markers }).reasoning).toBeNull()
    expect(markersOf('{{ messages }}')).toEqual(markersOf(undefined))
  })

  it('holds the reasoning where the curation says so', () => {
    const answer = { text: 'Yes.', reasoning: 'Hm.' }
    expect(placed(answer)).toEqual(answer)
    expect(placed(answer, 'inText')).toEqual({ text: '<think>\nHm.\n</think>\n\nYes.' })
    expect(placed({ text: 'Yes.', reasoning: null }, 'inText')).toEqual({ text: 'Yes.' })
  })
})

describe('a response of a local model', () => {
  it('is split where the markers are special tokens, which are not shown', () => {
    expect(
      answerOf({
        visible: 'analysisHm.assistantfinalYes.',
        raw: '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>',
        promptEnd: '<|start|>assistant',
        template: undefined,
      }),
    ).toEqual({ text: 'Yes.', reasoning: 'Hm.' })
  })

  it('keeps every character of an answer without reasoning', () => {
    const visible = ' Yes. \n'
    const rest = { promptEnd: 'assistant\n', template: undefined }
    expect(answerOf({ visible, raw: `${visible}<|im_end|>`, ...rest })).toEqual({
      text: visible,
      reasoning: null,
    })
  })

  it('begins with reasoning where its prompt ends with the marker', () => {
    const template = "{{ '<think>\\n' }}"
    const response = { visible: 'Hm, let', raw: 'Hm, let', template }
    expect(answerOf({ ...response, promptEnd: 'assistant\n<think>\n' })).toEqual({
      text: '',
      reasoning: 'Hm, let',
    })
  })
})
