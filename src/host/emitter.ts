// Events of objects that know nothing of VS Code.

interface Disposable {
  dispose(): void
}

export type Listen<T> = (listener: (value: T) => void) => Disposable

export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>()

  readonly event: Listen<T> = (listener) => {
    this.listeners.add(listener)
    return { dispose: () => this.listeners.delete(listener) }
  }

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value)
  }

  dispose(): void {
    this.listeners.clear()
  }
}
