// Keys of servers, kept in VS Code's secret storage: one per origin, and no other place.
// Invariant I11.
import type * as vscode from 'vscode'

const storageKey = (origin: string): string => `aepo.serverKey ${origin}`

export class ServerKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** The key for an origin such as `https://api.openai.com`; null when there is none. */
  async get(origin: string): Promise<string | null> {
    return (await this.secrets.get(storageKey(origin))) ?? null
  }

  /** An empty key removes what is there. */
  async set(origin: string, key: string): Promise<void> {
    if (key === '') await this.secrets.delete(storageKey(origin))
    else await this.secrets.store(storageKey(origin), key)
  }
}
