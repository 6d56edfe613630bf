// Lets other work of the thread go first.

/**
 * Resolves in a later turn of the event loop, after events that are pending now. The second step
 * matters within the callback of an event: the first one comes in the same turn, before the events
 * that came meanwhile.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve))
  })
