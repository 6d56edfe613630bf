// Peak resident size of a process, from /proc on Linux; not measured on other systems.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const statusOf = (pid: number | 'self'): string => `/proc/${pid}/status`

function megabytes(pid: number | 'self', field: 'VmHWM' | 'VmRSS'): number | null {
  if (!existsSync(statusOf(pid))) return null
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(statusOf(pid), 'utf8'))?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}

/** null if the process has ended or the system does not report it. */
export const peakMegabytes = (pid: number | 'self' | undefined): number | null =>
  pid === undefined ? null : megabytes(pid, 'VmHWM')

export const residentMegabytes = (): number | null => megabytes('self', 'VmRSS')

/** Resets {@link peakMegabytes} of this process. */
export function resetPeak(): void {
  if (existsSync('/proc/self/clear_refs')) writeFileSync('/proc/self/clear_refs', '5')
}
