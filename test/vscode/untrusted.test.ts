// An untrusted workspace: what is there can be read and labelled, nothing is generated or trained.
import { expect } from 'vitest'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ restricted: true })

vscodeTest(
  'nothing is generated or trained in an untrusted workspace',
  {
    files: {
      'p.jsonl': '{"prompt": "a"}\n',
      'c.aepo.json': '{ "version": 1, "prompts": "p.jsonl" }\n',
    },
  },
  async (workbench) => {
    await workbench.openFile('c.aepo.json')
    await workbench
      .curation()
      .getByText(/not trusted/)
      .first()
      .waitFor()
    await workbench.picture('untrusted')
    const offered = await until('the commands of a workspace with a curation', async () => {
      const titles = await workbench.offeredCommands()
      return titles.includes('AEPO: Open Curation') && titles
    })
    expect(offered).not.toContain('AEPO: Generate Candidates')
    expect(offered).not.toContain('AEPO: Start Training Run…')
  },
)
