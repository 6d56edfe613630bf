// Tasks that must not overlap: each starts when the one before has settled.

export class Sequence {
  private last: Promise<unknown> = Promise.resolve()

  /** Runs `task` after all tasks given before; a task that fails does not stop those after it. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(task)
    this.last = result.catch(() => undefined)
    return result
  }
}
