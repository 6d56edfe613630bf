// New Curation… as a user goes through it.
import type { QuickInput } from './quickInput'
import type { Workbench } from './workbench'

interface NewCuration {
  /** The file of prompts; the name of the curation follows from it. */
  prompts: string
  /** The field to take, where the file has several. */
  field?: string
  /** Answers which model; the embedded one by default. */
  model?: (quickInput: QuickInput) => Promise<void>
  n: number
  k?: number
  longest?: number
}

/** Answers each question; the curation is open at the end. */
export async function createCuration(
  workbench: Workbench,
  { prompts, field, model = embedded, n, k = 2, longest = 256 }: NewCuration,
): Promise<void> {
  const { quickInput } = workbench
  const name = `${prompts.replace(/\..*$/, '')}.aepo.json`
  await workbench.runCommand('AEPO: New Curation…')
  await quickInput.waitFor('File of prompts')
  await quickInput.pick(prompts)
  if (field !== undefined) {
    await quickInput.waitFor('Which field holds the prompt?')
    await quickInput.pick(field)
  }
  await quickInput.waitFor('Which model samples the candidates?')
  await model(quickInput)
  await quickInput.waitFor('Candidates to sample per prompt')
  await quickInput.answer(String(n))
  await quickInput.waitFor('Responses to show per prompt')
  await quickInput.answer(String(k))
  await quickInput.waitFor('Longest response')
  await quickInput.answer(String(longest))
  await quickInput.waitFor('Create the curation')
  await quickInput.pick(`Create ${name}`)
  await workbench.tab(name).waitFor()
}

const embedded = (quickInput: QuickInput): Promise<void> => quickInput.pick('SmolLM2-135M-Instruct')
