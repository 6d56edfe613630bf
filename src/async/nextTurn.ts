// Lets other work of the thread go first.

/** Resolves in a later turn of the event loop, after events that are pending now. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
