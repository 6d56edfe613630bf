// A tokenizer that was built from a GGUF file with scores and no merges: the engine gives the
// tokens that SentencePiece gave. training/tests/test_gguf_sentencepiece.py builds the same files.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Chat } from '../../src/engine/generation/chat'
import { loadTokenizer } from '../../src/engine/models/tokenizer'

const FOLDER = path.join(import.meta.dirname, 'fixtures/sentencepiece')
const BOS = 1
const EOS = 2

interface Encoded {
  text: string
  tokens: number[]
}
const recorded = JSON.parse(
  readFileSync(
    path.join(import.meta.dirname, '../../training/tests/recorded/sentencepiece.json'),
    'utf8',
  ),
) as { texts: Encoded[]; turns: [Encoded, Encoded] }

it('gives the tokens of SentencePiece for spaces, newlines, bytes and emoji', async () => {
  const tokenizer = await loadTokenizer(FOLDER)
  const chat = await Chat.load(FOLDER)
  expect(recorded.texts.length).toBeGreaterThan(5)
  for (const { text, tokens } of recorded.texts) {
    expect(tokenizer.encode(text)).toEqual([BOS, ...tokens])
    expect(chat.text(tokens), 'the text of the tokens').toBe(text.replaceAll('▁', ' '))
  }
})

it('gives the prompt that the trainer gives', async () => {
  const [user, assistant] = recorded.turns
  const content = user.text.slice(user.text.indexOf('\n') + 1)
  const tokens = (await Chat.load(FOLDER)).promptTokens([{ role: 'user', content }])
  expect(tokens).toEqual([...user.tokens, EOS, ...assistant.tokens])
})
