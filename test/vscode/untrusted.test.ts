// An untrusted workspace: what is there can be read and labelled, nothing is generated or trained.
import { expect } from 'vitest'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ restricted: true })

vscodeTest('nothing is generated or trained in an untrusted workspace', { files: { 'p.jsonl': '{"prompt": "a"}\n', 'c.aepo.json': '{ "version": 1, "prompts": "p.jsonl" }\n' } }, async (workbench) => {
  await workbench.openFile('c.aepo.json')
  await workbench.curation().getByText(/not trusted/).first().waitFor()
  await workbench.picture('untrusted')
  expect(await workbench.offersCommand('AEPO: Open Curation')).toBe(true)
  expect(await workbench.offersCommand('AEPO: Generate Candidates')).toBe(false)
  expect(await workbench.offersCommand('AEPO: Start Training Run…')).toBe(false)
})
