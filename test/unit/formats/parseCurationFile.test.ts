// A curation file: defaults, and every mistake named with its place, its key and what to do.
import { describe, expect, it } from 'vitest'
import { parseCurationFile } from '../../../src/core/formats/parseCurationFile'
import type { Failure } from '../../../src/shared/errors'

const WHERE = 'helpful.aepo.json'

function failuresOf(text: string): Failure[] {
  const parsed = parseCurationFile(text, WHERE)
  return 'failures' in parsed ? parsed.failures : []
}

/** "line:column message" of each failure. */
const problems = (text: string): string[] =>
  failuresOf(text).map(
    ({ line, column, message }) => `${String(line)}:${String(column)} ${message}`,
  )

describe('parseCurationFile', () => {
  it('fills in every default', () => {
    expect(parseCurationFile('{ "version": 1, "prompts": "prompts.jsonl" }', WHERE)).toEqual({
      settings: {
        version: 1,
        prompts: 'prompts.jsonl',
        fields: {},
        table: {},
        generator: { model: 'builtin:SmolLM2-135M-Instruct', device: 'auto' },
        sampling: {
          n: 32,
          temperature: 1,
          topP: 0.9,
          topK: 0,
          minP: 0,
          repetitionPenalty: 1,
          maxNewTokens: 256,
          seed: 42,
        },
        embedder: { model: 'builtin:all-MiniLM-L6-v2' },
        selection: { method: 'aepo', k: 2, lambda: 0.5, guard: true },
        annotation: { budget: 200, blind: true },
      },
    })
  })

  it('reads a file that begins with a byte order mark', () => {
    expect(parseCurationFile('\uFEFF{ "version": 1, "prompts": "p" }', WHERE)).toHaveProperty(
      'settings.prompts',
      'p',
    )
  })

  it.each([
    ['{}', /^1:\d+ The key “rounds\.0\.generator” is missing\.$/],
    [
      '{ "generator": { "server": "localhost" } }',
      /^1:\d+ rounds\.0\.generator\.server must be the address of a server/,
    ],
    ['{ "generator": {}, "runs": "x" }', /^1:\d+ The key “rounds\.0\.runs” is unknown\.$/],
  ])('names what is wrong with a round: %s', (round, expected) => {
    const text = `{ "version": 1, "prompts": "p", "rounds": [${round}] }`
    expect(problems(text)[0]).toMatch(expected)
  })

  it('names an unknown key, its place, and the keys there are', () => {
    const text =
      '{\n  "version": 1,\n  "prompts": "p",\n  "sampling": {\n    "n": 8,\n    "topp": 0.9\n  },\n  "colour": 1\n}'
    expect(failuresOf(text)).toEqual([
      {
        code: 'bad-input',
        where: WHERE,
        line: 6,
        column: 5,
        message: 'The key “sampling.topp” is unknown.',
        remedy: expect.stringContaining('temperature, topP, topK') as string,
      },
      {
        code: 'bad-input',
        where: WHERE,
        line: 8,
        column: 3,
        message: 'The key “colour” is unknown.',
        remedy: expect.stringContaining('version, prompts, fields') as string,
      },
    ])
  })

  it.each<[text: string, ...problems: string[]]>([
    ['{"version": 1, "prompts": 7}', '1:27 prompts must be a string.'],
    ['{"version": 1, "prompts": ""}', '1:27 prompts must be a string that is not empty.'],
    ['{"version": 2, "prompts": "p"}', '1:13 version must be 1.'],
    ['{"version": 1}', '1:1 The key “prompts” is missing.'],
    [
      '{"version": 1, "prompts": "p", "sampling": {"n": 2.5}}',
      '1:50 sampling.n must be an integer.',
    ],
    [
      '{"version": 1, "prompts": "p", "sampling": {"n": 0}, "selection": {"k": 0}}',
      '1:50 sampling.n must be at least 1.',
      '1:73 selection.k must be at least 1.',
    ],
    [
      '{"version": 1, "prompts": "p", "sampling": {"topP": 0}}',
      '1:53 sampling.topP must be greater than 0.',
    ],
    [
      '{"version": 1, "prompts": "p", "sampling": {"n": 1}}',
      '1:1 k is 2, but only n = 1 candidates are sampled per prompt. Lower selection.k or raise sampling.n.',
    ],
    [
      '{"version": 1, "prompts": "p", "sampling": {"minP": 1}}',
      '1:53 sampling.minP must be less than 1.',
    ],
    ['{"version": 1, "prompts": "p", "sampling": []}', '1:44 sampling must be an object {…}.'],
    [
      '{"version": 1, "prompts": "p", "selection": {"guard": "yes"}}',
      '1:55 selection.guard must be true or false.',
    ],
    [
      '{"version": 1, "prompts": "p", "selection": {"method": "best"}}',
      '1:56 selection.method must be "aepo" or "random" or "farthest" or "k-centre" or "k-dpp" or "d-optimal" or "v-optimal" or "uncertain" or "adaptive".',
    ],
    [
      '{"version": 1, "prompts": "p", "selection": {"k": 3}, "sampling": {"n": 2}}',
      '1:51 k is 3, but only n = 2 candidates are sampled per prompt. Lower selection.k or raise sampling.n.',
    ],
    ['{"version": 1, "prompts": "p", "prompts": "q"}', '1:32 The key “prompts” is given twice.'],
    [
      '{"version": 1, "prompts": "p", "generator": {"server": "http://h/v1"}}',
      '1:45 The key “generator.model” is missing.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": {"server": "h:8000", "model": "m"}}',
      '1:56 generator.server must be the address of a server, such as http://localhost:8000/v1.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": {"server": "http://u:key@h/v1", "model": "m"}}',
      '1:56 The address of a server stands alone, without user, password, query or fragment: do not put keys in a file.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": {"server": "http://h/v1", "model": "m", "device": "cpu"}}',
      '1:85 The key “generator.device” is unknown.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": {"server": "http://h/v1", "model": "m", "key": "sk-1"}}',
      '1:85 The key “generator.key” is unknown.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": {"model": "m", "concurrency": 8}}',
      '1:60 The key “generator.concurrency” is unknown.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": {"model": 1}}',
      '1:55 generator.model must be a string.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": []}',
      '1:45 generator must be a list that is not empty.',
    ],
    [
      '{"version": 1, "prompts": "p", "generator": [{"model": "a"}, {"server": "http://h/v1", "share": 0}]}',
      '1:62 The key “generator.1.model” is missing.',
      '1:97 generator.1.share must be greater than 0.',
    ],
    ['{"version": 1, "prompts": "p", "generator": "m"}', '1:45 generator must be an object {…}.'],
    [
      '{"version": 1, "prompts": "p", "embedder": {"server": "http://h/v1"}}',
      '1:44 The key “embedder.model” is missing.',
    ],
    [
      '{"version": 1, "prompts": "p", "embedder": {"model": "m", "device": "cpu"}}',
      '1:59 The key “embedder.device” is unknown.',
    ],
    ['[]', '1:1 The file must be an object {…}.'],
    ['', '1:1 The file is empty.'],
  ])('%s → %s', (text, ...expected) => {
    expect(problems(text)).toEqual(expected)
  })

  it('names the keys of the shape that is meant', () => {
    const remedy = (generator: string): string | undefined =>
      failuresOf(`{"version": 1, "prompts": "p", "generator": ${generator}}`)[0]?.remedy
    expect(remedy('{"server": "http://h/v1", "model": "m", "device": "cpu"}')).toBe(
      'Valid keys: server, model, concurrency, omit, template, reasoning.',
    )
    expect(remedy('[{"model": "m", "colour": 1}]')).toBe(
      'Valid keys: model, device, template, reasoning, share.',
    )
    expect(remedy('{"model": "m", "colour": 1}')).toBe(
      'Valid keys: model, device, template, reasoning.',
    )
  })

  it('takes a server, and several generators with shares', () => {
    const text =
      '{"version": 1, "prompts": "p", "generator": [{"server": "http://h:8000/v1", "model": "m", "share": 3}, {"device": "cpu"}], "embedder": {"server": "http://h/v1", "model": "e", "concurrency": 2}}'
    expect(parseCurationFile(text, WHERE)).toMatchObject({
      settings: {
        generator: [
          { server: 'http://h:8000/v1', model: 'm', concurrency: 16, share: 3 },
          { model: 'builtin:SmolLM2-135M-Instruct', device: 'cpu', share: 1 },
        ],
        embedder: { server: 'http://h/v1', model: 'e', concurrency: 2 },
      },
    })
  })

  it.each<[text: string, problem: string]>([
    ['{\n  "version": 1\n  "prompts": "p"\n}', '3:3 A comma is missing before this.'],
    ['{\n  "version": 1,\n}', '3:1 A key in double quotes is expected here.'],
    ['{ "version": 1, "prompts": "p', '1:28 A string is not closed by a double quote.'],
    ['// note\n{ "version": 1 }', '1:1 JSON has no comments.'],
    [
      '{ "version": 1, "prompts": p }',
      '1:28 This is not a JSON value; strings need double quotes.',
    ],
    ['{ "version": 1, "prompts": "p" } {}', '1:34 The JSON value ends before this.'],
    ['{ "version": 1, "prompts": "p"', '1:31 The closing brace } is missing.'],
  ])('syntax: %j → %s', (text, problem) => {
    expect(problems(text)).toEqual([problem])
  })

  it('reports several mistakes at once, in every one a remedy', () => {
    const failures = failuresOf(
      '{"version": 1, "prompts": 1, "sampling": {"n": "many"}, "selection": {"k": 99}}',
    )
    expect(failures.map(({ message }) => message)).toEqual([
      'prompts must be a string.',
      'sampling.n must be a number.',
      'selection.k must be at most 16.',
    ])
    expect(failures.every(({ remedy }) => remedy !== undefined && remedy !== '')).toBe(true)
  })
})
