// Whether the process that one would wait for still exists.

/** Whether this machine has a process with this id, of any user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM' // it lives and is another user's
  }
}
