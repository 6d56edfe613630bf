// What is written of a run that ended: its report, its figures as CSV and as a picture.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { aepo, aepoJson, temporaryFolder } from '../support/command'
import { runFile } from '../unit/training/support/runs'

const { id } = runFile()
let cwd: string
let run: string
beforeAll(async () => {
  cwd = temporaryFolder()
  writeFileSync(path.join(cwd, 'p.jsonl'), '{"prompt":"Name a river."}\n')
  await aepoJson(['init', 'a.aepo.json', '--prompts', 'p.jsonl'], { cwd })
  run = path.join(cwd, 'a.aepo/runs', id)
  mkdirSync(run, { recursive: true })
  writeFileSync(path.join(run, 'run.json'), JSON.stringify(runFile()))
  const metrics = [
    { event: 'start', step: 0 },
    { event: 'log', step: 1, figures: { loss: 0.7 } },
    { event: 'log', step: 2, figures: { loss: 0.5 } },
    { event: 'end', step: 2, moved: true },
  ]
  writeFileSync(
    path.join(run, 'metrics.jsonl'),
    metrics.map((one) => `${JSON.stringify({ totalSteps: 2, time: 0, ...one })}\n`).join(''),
  )
})

it('a report is written into the folder of the run, or where --out says, in a new folder as well', async () => {
  expect((await aepo(['report', 'a.aepo.json'], { cwd })).stdout).toMatch(/report\.md\.\n$/)
  const there = await aepoJson(['report', 'a.aepo.json', id, '--out', 'new/r.md'], { cwd })
  expect(there).toMatchObject({ run: id, file: path.join(cwd, 'new/r.md') })
  expect(readFileSync(path.join(cwd, 'new/r.md'), 'utf8')).toContain('![Loss](r-loss.svg)')
  expect(existsSync(path.join(cwd, 'new/r-loss.svg'))).toBe(true)
  expect(readFileSync(path.join(run, 'report.md'), 'utf8')).toContain('![Loss](report-loss.svg)')
})

it('a run that does not exist is named, with those that do', async () => {
  const { code, stderr } = await aepo(['report', 'a.aepo.json', 'nothing'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain(`There is no run nothing. The runs are ${id}.`)
})

it('figures go to standard output or to files', async () => {
  const csv = await aepo(['runs', 'a.aepo.json', '--csv', '-'], { cwd })
  expect(csv.stdout).toBe('step,loss\n1,0.7\n2,0.5\n')
  await aepo(['runs', 'a.aepo.json', '--run', id, '--csv', 'f.csv', '--svg', 'f.svg'], { cwd })
  expect(readFileSync(path.join(cwd, 'f.csv'), 'utf8')).toBe(csv.stdout)
  expect(readFileSync(path.join(cwd, 'f.svg'), 'utf8')).toContain('<polyline')
  const alone = await aepo(['runs', 'a.aepo.json', '--run', id], { cwd })
  expect(alone).toMatchObject({ code: 2 })
  expect(alone.stderr).toContain('--run needs --csv or --svg.')
})
