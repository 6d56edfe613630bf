// What is said of the rows of a file of prompts, one by one.
import { expect, it } from 'vitest'
import { rowFindings } from '../../../src/curation/prompts/rowFindings'
import { CurationFolder } from './support/curationFolder'

it('names every row that was left out, the first twenty of many', async () => {
  const folder = new CurationFolder([], { fields: { prompt: 'prompt' } })
  folder.write('prompts.jsonl', `{"prompt":"one"}\n${'{"prompt":7}\n'.repeat(25)}{"prompt":""}\n`)
  const findings = rowFindings(await folder.open())
  expect(findings).toHaveLength(22)
  expect(findings[0]).toEqual({
    line: 2,
    message: 'This row is broken and is left out: prompt is the number 7.',
    severity: 'warning',
  })
  expect(findings[20]).toMatchObject({ line: 21, message: '5 more rows are left out.' })
  expect(findings[21]).toMatchObject({ line: 27, severity: 'information' })
})

it('says how the file was read where the curation file does not', async () => {
  const named = new CurationFolder(['one'], { fields: { prompt: 'prompt' } })
  expect(rowFindings(await named.open())).toEqual([])
  const found = new CurationFolder(['one'], {})
  expect(rowFindings(await found.open())).toMatchObject([
    {
      line: 1,
      severity: 'information',
      message: expect.stringContaining('Prompt: prompt.') as string,
    },
  ])
})
