// Numbers in reports: the same in every language, so that tools can read them.
import { figureText } from '../charts/figureText'

/** "+0.12". */
export const signed = (value: number): string =>
  value > 0 ? `+${figureText(value)}` : figureText(value)

/** "1.3 GB", in powers of ten. */
export function byteText(bytes: number): string {
  const [unit, size] =
    bytes >= 1e9
      ? (['GB', 1e9] as const)
      : bytes >= 1e6
        ? (['MB', 1e6] as const)
        : (['kB', 1e3] as const)
  return `${Number((bytes / size).toPrecision(3))} ${unit}`
}

/** "2 h 03 min", "4 min 20 s", "38 s". */
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, '0')} s` : `${rest} s`
}
