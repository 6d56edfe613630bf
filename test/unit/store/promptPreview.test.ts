// What is reported of a file of prompts before a curation is made of it.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type PromptReading, previewPrompts } from '../../../src/store/promptFile'
import { temporaryFolder } from '../../support/temporaryFolder'

const FOUND: PromptReading = { fields: {}, table: {} }

function fileOf(name: string, content: string): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}

describe('previewPrompts', () => {
  it('tells how a file was taken', async () => {
    const preview = await previewPrompts(
      fileOf(
        'a.csv',
        'id;Instruction;Input;rating\n1;Translate.;eins;4\n2;Sing.;;5\n3;Hum.;;\n4;Rap.;;\n',
      ),
      FOUND,
    )
    expect(preview).toMatchObject({
      format: { kind: 'table', delimiter: ';', header: true },
      fieldNames: ['id', 'Instruction', 'Input', 'rating'],
      isWhole: true,
      report: { promptFields: ['Instruction'], joined: ['Input'], notRead: ['id', 'rating'] },
    })
    expect(preview.first.map(({ messages }) => messages[0]?.content)).toEqual([
      'Translate.\n\neins',
      'Sing.',
      'Hum.',
    ])
  })

  it('names the fields to choose from where none is known', async () => {
    const { report, first } = await previewPrompts(
      fileOf('a.csv', 'goal,target\nSing,Sure\n'),
      FOUND,
    )
    expect(first).toEqual([])
    expect(report.possible).toEqual(['goal'])
  })

  it('reads as many rows as asked for', async () => {
    const file = fileOf('a.jsonl', `${'{"prompt":"a"}\n'.repeat(20)}broken`)
    expect(await previewPrompts(file, FOUND, 20)).toMatchObject({
      isWhole: false,
      report: { rows: 20, broken: { count: 0 } },
    })
  })
})
