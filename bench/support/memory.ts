// Greatest resident size of a process: Linux keeps it; elsewhere it is not measured.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const statusOf = (pid: number | 'self'): string => `/proc/${pid}/status`

function megabytes(pid: number | 'self', field: 'VmHWM' | 'VmRSS'): number | null {
  if (!existsSync(statusOf(pid))) return null
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(statusOf(pid), 'utf8'))?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}

/** null for a process that is gone, and where the system does not say. */
export const peakMegabytes = (pid: number | 'self' | undefined): number | null =>
  pid === undefined ? null : megabytes(pid, 'VmHWM')

export const residentMegabytes = (): number | null => megabytes('self', 'VmRSS')

/** Begins the count of {@link peakMegabytes} anew for this process. */
export function forgetPeak(): void {
  if (existsSync('/proc/self/clear_refs')) writeFileSync('/proc/self/clear_refs', '5')
}
