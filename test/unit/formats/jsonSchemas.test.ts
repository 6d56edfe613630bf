// schemas/ holds what the definitions in code say now.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonSchemaFiles } from '../../../src/core/formats/jsonSchemas'

const folder = path.join(import.meta.dirname, '../../../schemas')

describe('schemas/', () => {
  it('is up to date: `npm run schemas` makes it so', async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.schema.json'))
    const onDisk = new Map(
      await Promise.all(
        names.map(async (name): Promise<[string, string]> => [
          name,
          await readFile(path.join(folder, name), 'utf8'),
        ]),
      ),
    )
    expect(onDisk).toEqual(jsonSchemaFiles())
  })

  it('requires of people only version and prompts, and allows no unknown key', () => {
    const schema = JSON.parse(jsonSchemaFiles().get('curation.schema.json') ?? '') as {
      required: string[]
      additionalProperties: boolean
      properties: Record<string, { additionalProperties?: boolean }>
    }
    expect(schema.required).toEqual(['version', 'prompts'])
    expect(schema.additionalProperties).toBe(false)
    expect(schema.properties['sampling']?.additionalProperties).toBe(false)
  })
})
