// A data folder that is gone: each command says so, and none of them replaces the data set.
import { readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { aepo } from '../support/command'
import { annotate, judgedCuration } from './support/training'

let cwd: string
let dataSet: string
const inside = (name: string): string => path.join(cwd, name)

beforeEach(async () => {
  cwd = await judgedCuration(2)
  await annotate(cwd)
  dataSet = readFileSync(inside('a.dpo.jsonl'), 'utf8')
})

it('says after a renaming of the file which folder to rename, and goes on then', async () => {
  renameSync(inside('a.aepo.json'), inside('b.aepo.json'))
  expect(await aepo(['status', 'b.aepo.json'], { cwd })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'The data folder b.aepo does not exist, and the data set a.dpo.jsonl was made from it. If the curation file was renamed, rename its data folder as well: a.aepo has no curation file.',
    ) as string,
  })
  renameSync(inside('a.aepo'), inside('b.aepo'))
  const renamed = await aepo(['status', 'b.aepo.json'], { cwd })
  expect(renamed.stdout).toContain('2 preference pairs')
  expect(renamed.stderr).not.toContain('does not exist')
})

it('replaces no data set after the folder was deleted, and starts anew without one', async () => {
  rmSync(inside('a.aepo'), { recursive: true })
  for (const command of [
    ['export', 'a.aepo.json'],
    ['import', 'a.aepo.json', '--candidates', 'c.jsonl'],
  ]) {
    const { code, stderr } = await aepo(command, { cwd })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(
        'The data folder a.aepo does not exist, and the data set a.dpo.jsonl was made from it. Restore the folder',
      ) as string,
    })
  }
  expect(readFileSync(inside('a.dpo.jsonl'), 'utf8')).toBe(dataSet)
  rmSync(inside('a.dpo.jsonl'))
  const { code } = await aepo(['import', 'a.aepo.json', '--candidates', 'c.jsonl'], { cwd })
  expect(code).toBe(0)
})
