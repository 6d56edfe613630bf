// Runs tasks one at a time: each starts when the previous one has settled.

export class Sequence {
  private last: Promise<unknown> = Promise.resolve()

  /** Runs `task` after all earlier tasks. A failed task does not stop the later ones. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(task)
    this.last = result.catch(() => undefined)
    return result
  }
}
