// Calls a function at most once per interval; the last call is never dropped.

export function throttle(milliseconds: number, run: () => void): (() => void) & { cancel(): void } {
  let timer: NodeJS.Timeout | null = null
  let again = false
  function fire(): void {
    again = false
    run()
    timer = setTimeout(() => {
      timer = null
      if (again) fire()
    }, milliseconds)
  }
  return Object.assign(
    () => {
      if (timer) again = true
      else fire()
    },
    {
      cancel: () => {
        if (timer) clearTimeout(timer)
        timer = null
        again = false
      },
    },
  )
}
