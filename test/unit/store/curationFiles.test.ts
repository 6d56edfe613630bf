// The curation file on disk, and where everything lies that it names.
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CurationFile, curationFileSchema } from '../../../src/core/formats/curationFile'
import {
  locateCuration,
  readCurationFile,
  writeCurationFile,
} from '../../../src/store/curationFileStore'
import { curationPaths } from '../../../src/store/curationPaths'
import { temporaryFolder } from '../../support/temporaryFolder'

const INPUT = {
  sampling: { n: 8 },
  prompts: 'prompts.jsonl',
  version: 1 as const,
  $schema: 'schema.json',
}

describe('writeCurationFile and readCurationFile', () => {
  it('write what is given in the order of the format, and read it with all defaults', async () => {
    const file = path.join(temporaryFolder(), 'helpful.aepo.json')
    await writeCurationFile(file, INPUT, { overwrite: false })
    expect(readFileSync(file, 'utf8')).toBe(
      '{\n  "$schema": "schema.json",\n  "version": 1,\n  "prompts": "prompts.jsonl",\n  "sampling": {\n    "n": 8\n  }\n}\n',
    )
    expect(await readCurationFile(file)).toEqual(curationFileSchema.parse(INPUT))
  })

  it('do not replace a file unless told to', async () => {
    const file = path.join(temporaryFolder(), 'helpful.aepo.json')
    writeFileSync(file, 'mine')
    await expect(writeCurationFile(file, INPUT, { overwrite: false })).rejects.toMatchObject({
      failure: { code: 'bad-input', where: file, message: 'This file already exists.' },
    })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    await writeCurationFile(file, INPUT, { overwrite: true })
    expect((await readCurationFile(file)).sampling.n).toBe(8)
  })

  it('refuse settings that are not valid, before anything is written', async () => {
    const file = path.join(temporaryFolder(), 'helpful.aepo.json')
    await expect(
      writeCurationFile(file, { ...INPUT, selection: { k: 9 } }, { overwrite: false }),
    ).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    await expect(readCurationFile(file)).rejects.toMatchObject({
      failure: { code: 'not-found', where: file },
    })
  })

  it.each<[content: string | Buffer, failure: object]>([
    [
      '{\n  "version": 1,\n  "prompts": "p",\n  "colour": 1\n}',
      { line: 4, column: 3, message: 'The key “colour” is unknown.' },
    ],
    [
      Buffer.from('{"version": 1, "prompts": "caf\xe9"}', 'latin1'),
      { message: 'The file is not UTF-8.' },
    ],
  ])('name the place of a mistake: %#', async (content, failure) => {
    const file = path.join(temporaryFolder(), 'helpful.aepo.json')
    writeFileSync(file, content)
    await expect(readCurationFile(file)).rejects.toMatchObject({
      failure: { code: 'bad-input', where: file, ...failure },
    })
  })
})

describe('curationPaths', () => {
  const base = path.resolve('/home/me/space')
  const file = path.join(base, 'helpful.aepo.json')
  const settings = (change: Partial<CurationFile> = {}): CurationFile => ({
    ...curationFileSchema.parse({ version: 1, prompts: 'data/prompts.jsonl' }),
    ...change,
  })

  it('puts the data folder beside the file and resolves what the file names from there', () => {
    expect(curationPaths(file, settings())).toEqual({
      file,
      base,
      folder: path.join(base, 'helpful.aepo'),
      prompts: path.join(base, 'data/prompts.jsonl'),
      output: path.join(base, 'helpful.dpo.jsonl'),
      guidelines: null,
      candidates: path.join(base, 'helpful.aepo/candidates.jsonl'),
      embeddings: path.join(base, 'helpful.aepo/embeddings.f32'),
      embeddingsIndex: path.join(base, 'helpful.aepo/embeddings.index.jsonl'),
      selections: path.join(base, 'helpful.aepo/selections.jsonl'),
      kept: path.join(base, 'helpful.aepo/kept.jsonl'),
      leftOut: path.join(base, 'helpful.aepo/left-out.jsonl'),
      annotations: path.join(base, 'helpful.aepo/annotations'),
      judges: path.join(base, 'helpful.aepo/judges'),
      judgePrompts: path.join(base, 'helpful.aepo/judges'),
      evaluations: path.join(base, 'helpful.aepo/evaluations'),
      runs: path.join(base, 'helpful.aepo/runs'),
    })
    const named = curationPaths(
      file,
      settings({
        output: '../out.jsonl',
        annotation: { budget: 1, blind: true, guidelines: 'GUIDELINES.md' },
      }),
    )
    expect([named.output, named.guidelines]).toEqual([
      path.resolve(base, '../out.jsonl'),
      path.join(base, 'GUIDELINES.md'),
    ])
  })

  it.each([
    'data/prompts.jsonl',
    './helpful.aepo.json',
    'helpful.aepo/candidates.jsonl',
    'helpful.aepo',
    'x/../helpful.aepo/annotations/me.jsonl',
  ])('refuses the output %s', (output) => {
    expect(() => curationPaths(file, settings({ output }))).toThrow('would overwrite')
  })
})

describe('a link to a curation file', () => {
  it('leads to the folder of the file itself', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'helpful.aepo.json')
    await writeCurationFile(file, INPUT, { overwrite: false })
    const link = path.join(temporaryFolder(), 'link.aepo.json')
    symlinkSync(file, link)
    expect(await locateCuration(link)).toEqual(await locateCuration(file))
  })
})
