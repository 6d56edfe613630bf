// From messages to prompt tokens and from tokens to text: nothing is changed on the way that a model would see.
import { AutoTokenizer } from '@huggingface/transformers'
import { describe, expect, it } from 'vitest'
import { Chat } from '../../src/engine/generation/chat'
import { SMOL, TINY } from './support/models'

describe('the text of tokens', () => {
  it.each([TINY, SMOL])('has every space that the tokens have: %s', async (folder) => {
    const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
    const text = "x = 'my' ; ls . !\ndo not , I 'm"
    expect((await Chat.load(folder)).text(tokenizer.encode(text))).toBe(text)
  })
})
