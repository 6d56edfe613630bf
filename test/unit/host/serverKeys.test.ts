// Keys of servers: one per origin, in the secret storage alone.
import { expect, it } from 'vitest'
import type { SecretStorage } from 'vscode'
import { ServerKeys } from '../../../src/host/serverKeys'

it('keeps a key for each origin, and an empty one removes it', async () => {
  const kept = new Map<string, string>()
  const storage: Pick<SecretStorage, 'get' | 'store' | 'delete'> = {
    get: (name) => Promise.resolve(kept.get(name)),
    store: (name, value) => Promise.resolve(void kept.set(name, value)),
    delete: (name) => Promise.resolve(void kept.delete(name)),
  }
  const keys = new ServerKeys(storage as SecretStorage)
  expect(await keys.get('https://api.example')).toBeNull()
  await keys.set('https://api.example', 'sk-1')
  await keys.set('http://gpu:8000', 'sk-2')
  expect([
    await keys.get('https://api.example'),
    await keys.get('http://gpu:8000'),
    await keys.get('http://gpu:8001'),
  ]).toEqual(['sk-1', 'sk-2', null])
  await keys.set('https://api.example', '')
  expect(await keys.get('https://api.example')).toBeNull()
  expect(kept.size).toBe(1)
})
