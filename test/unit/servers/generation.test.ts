// Generation of a curation's candidates from a server.
import { describe, expect, it } from 'vitest'
import { candidateSchema, generationRecordSchema } from '../../../src/core/formats/records'
import { curationFolder, expectUndisturbed, lines, run } from './curations'
import { server, useFakeServer } from './server'
import { client, until } from './support'

useFakeServer()

describe('generation', () => {
  it('keeps as many requests in flight as the concurrency allows', async () => {
    let open: () => void = () => undefined
    server.gate = new Promise((resolve) => (open = resolve))
    const shape = { prompts: 40, n: 2, concurrency: 20 }
    const folder = curationFolder(shape)
    const running = run(folder, client())
    await until(() => server.inFlight === 20)
    open()
    await running
    await expectUndisturbed(folder, shape)
  })

  it('records the server, its software and version', async () => {
    server.abilities = { owner: 'vllm', pages: { '/version': { version: '0.21.0' } } }
    const folder = curationFolder({ prompts: 1, n: 2 })
    await run(folder, client())
    const [generation, candidate] = lines(folder)
    expect(generationRecordSchema.parse(generation)).toMatchObject({
      model: 'm',
      device: 'server',
      server: server.url,
      software: 'vLLM 0.21.0',
    })
    expect(candidateSchema.parse(candidate).generationId).toBe(
      generationRecordSchema.parse(generation).id,
    )
  })

  it('skips a prompt that does not fit the context', async () => {
    server.abilities.refuses = ({ messages }) =>
      messages[0]?.content === 'prompt 1'
        ? 'The prompt is too long: reduce the length of the messages.'
        : undefined
    const folder = curationFolder({ prompts: 3, n: 4 })
    const { generated, leftOut } = await run(folder, client())
    expect([generated, leftOut.map(({ line }) => line)]).toEqual([8, [2]])
  })
})
