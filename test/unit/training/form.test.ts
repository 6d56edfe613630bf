// The form before a training run follows from the choice and from the rows.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { TrainingChoice } from '../../../src/core/training/settings/choice'
import type { FormField, TrainingForm } from '../../../src/shared/trainingForm'
import { requestOf, trainingForm } from '../../../src/training/form'
import { labelledCuration, PROMPTS, runsFolder } from './support/runs'

const CHOICE: TrainingChoice = { model: 'org/model', method: 'dpo', changed: {} }

async function formOf(changed: TrainingChoice['changed'] = {}): Promise<TrainingForm> {
  const curation = await labelledCuration(runsFolder())
  const choice = { ...CHOICE, changed }
  return trainingForm(curation, { choice, models: [], isPreparing: false })
}

const field = ({ groups }: TrainingForm, key: string): FormField | undefined =>
  groups.flatMap(({ fields }) => fields).find((one) => one.key === key)

it('has each hyper-parameter once, the own ones of the method first', async () => {
  const form = await formOf()
  expect(form.groups[0]).toMatchObject({ title: 'DPO' })
  const keys = form.groups.flatMap(({ fields }) => fields.map(({ key }) => key))
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys).toEqual(expect.arrayContaining(['beta', 'learningRate', 'saveMinutes', 'cutOff']))
  expect(field(form, 'lora')).toMatchObject({ kind: 'toggle', value: 'true', isChanged: false })
  expect(field(form, 'cutOff')).toMatchObject({ kind: 'choice', choices: ['leave-out', 'keep'] })
  expect(field(form, 'epochs')).toMatchObject({ kind: 'number' })
  expect(field(form, 'maxSteps')).toMatchObject({ kind: 'text', value: '' })
})

it('the run to continue from is one of those that it can be, or none', async () => {
  const curation = await labelledCuration(runsFolder())
  const runs = ['2026-01-02-dpo', '2026-01-01-dpo']
  const form = trainingForm(curation, { choice: CHOICE, models: [], runs, isPreparing: false })
  expect(field(form, 'previous')).toMatchObject({ kind: 'run', choices: runs, value: '' })
})

it('a value that is set counts in the plan; others follow from it', async () => {
  const form = await formOf({ maxSteps: '7', lora: 'false' })
  expect(form.plan).toMatch(/, 7 steps · all weights · learning rate 0\.000005$/)
  expect(field(form, 'maxSteps')).toMatchObject({ value: '7', isChanged: true })
})

it('a wrong value stays as typed, is said, and has no plan', async () => {
  const form = await formOf({ epochs: '-1', maxSteps: '7' })
  expect(form).toMatchObject({ plan: '', problem: expect.stringContaining('epochs') as unknown })
  expect(field(form, 'epochs')).toMatchObject({ value: '-1' })
  expect(field(form, 'maxSteps')).toMatchObject({ value: '7' })
})

it('steps follow from the processes of the accelerate file that is named', async () => {
  const accelerateConfig = path.join(runsFolder(), 'accelerate.yaml')
  writeFileSync(accelerateConfig, 'distributed_type: MULTI_GPU\nnum_processes: 2\n')
  const given = { batchSize: '1', heldOut: '0', epochs: '10' }
  const form = await formOf({ ...given, accelerateConfig })
  expect(field(form, 'processes')).toMatchObject({ value: '2', isChanged: false })
  expect(form.plan).toBe((await formOf({ ...given, processes: '2' })).plan)
  expect(form.plan).not.toBe((await formOf(given)).plan)
})

it('a file in the folder of the curation is named from there, and says what it holds', async () => {
  const folder = runsFolder()
  const curation = await labelledCuration(folder)
  const { base } = curation.paths
  writeFileSync(path.join(base, 'a.yaml'), 'distributed_type: FSDP\nnum_processes: 2\n')
  const choice = { ...CHOICE, changed: { accelerateConfig: 'a.yaml' } }
  const form = trainingForm(curation, { choice, models: [], isPreparing: false })
  expect(field(form, 'accelerateConfig')).toEqual({
    key: 'accelerateConfig',
    meaning: expect.stringContaining('accelerate config') as unknown,
    kind: 'file',
    choices: [],
    value: 'a.yaml',
    isChanged: true,
    note: { text: '2 processes · FSDP, version 1', isProblem: false },
  })
  expect(form.problem).toBeNull()
  const { common } = requestOf(curation, choice)
  expect(common).toMatchObject({ accelerateConfig: path.join(base, 'a.yaml'), processes: 2 })
  const elsewhere = trainingForm(curation, { choice, models: [], isPreparing: false, folder: '/x' })
  expect(field(elsewhere, 'accelerateConfig')?.note?.isProblem).toBe(true)
})

it('says when a step takes more rows than there are', async () => {
  expect((await formOf({ batchSize: '64' })).findings.map(({ message }) => message)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^One step takes 64 rows/)]),
  )
  const { findings } = await formOf({ batchSize: '16', processes: '4' })
  expect(findings[0]?.message).toMatch(/^One step takes 64 rows/)
})

it('rows that teach a cut-off response are named, and count only where they are kept', async () => {
  const [first = ''] = PROMPTS
  const curation = await labelledCuration(runsFolder(), {}, (prompt) =>
    prompt === first ? '<think>\nA thought that does not end.' : `${prompt} A good long answer.`,
  )
  const formWith = (changed: TrainingChoice['changed']): TrainingForm =>
    trainingForm(curation, { choice: { ...CHOICE, changed }, models: [], isPreparing: false })
  const leftOut = /^Rows left out, since the response that they teach was cut off: 1\./
  const form = formWith({})
  expect(form.findings[0]).toMatchObject({
    message: expect.stringMatching(leftOut) as unknown,
    positions: [0],
  })
  expect(form.plan).toMatch(/^1 pair, /)
  expect(form.methods.find(({ id }) => id === 'dpo')).toMatchObject({ rows: '1 pair' })
  const none = trainingForm(
    await labelledCuration(runsFolder(), {}, (prompt) => `<think>\nA long thought on ${prompt}`),
    { choice: CHOICE, models: [], isPreparing: false },
  )
  expect(none).toMatchObject({ plan: '0 pairs', problem: null })
  const kept = formWith({ cutOff: 'keep' })
  expect(kept.plan).toMatch(/^2 pairs, /)
  expect(kept.findings.map(({ message }) => message).join()).not.toMatch(leftOut)
})

it('is the request of the run', async () => {
  const curation = await labelledCuration(runsFolder())
  const choice = { ...CHOICE, changed: { beta: '0.3', maxSteps: '7' } }
  expect(requestOf(curation, choice)).toMatchObject({
    method: 'dpo',
    model: 'org/model',
    own: { beta: 0.3 },
    common: { maxSteps: 7 },
  })
})
