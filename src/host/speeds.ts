// How fast the models of this machine and of servers sampled when they were last used.
import type * as vscode from 'vscode'
import type { LoadedModel } from '../shared/engineProtocol'

const KEY = 'tokensPerSecond'

export class Speeds {
  constructor(private readonly memory: vscode.Memento) {}

  /** Tokens per second; null for a model that has not sampled here. */
  of(model: string, server: string | null): number | null {
    return this.all()[nameOf(model, server)] ?? null
  }

  async record({ model, server }: LoadedModel, tokensPerSecond: number): Promise<void> {
    const name = nameOf(model, server?.address ?? null)
    await this.memory.update(KEY, { ...this.all(), [name]: tokensPerSecond })
  }

  private all(): Readonly<Record<string, number>> {
    return this.memory.get<Record<string, number>>(KEY, {})
  }
}

const nameOf = (model: string, server: string | null): string =>
  server === null ? model : `${model} at ${server}`
