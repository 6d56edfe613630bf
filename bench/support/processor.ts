// The processor of this machine by name: virtual machines often give the brand alone ("AMD EPYC"),
// family and model tell the cores.
import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'

const CPUINFO = '/proc/cpuinfo'

interface Cores {
  vendor: string
  family: number
  /** First and last model of the family with these cores. */
  models: readonly [number, number]
  name: string
}

const CORES: readonly Cores[] = [
  { vendor: 'AuthenticAMD', family: 25, models: [0x00, 0x0f], name: 'Zen 3' },
  { vendor: 'AuthenticAMD', family: 25, models: [0x10, 0x1f], name: 'Zen 4' },
  { vendor: 'AuthenticAMD', family: 25, models: [0x20, 0x5f], name: 'Zen 3' },
  { vendor: 'AuthenticAMD', family: 25, models: [0x60, 0xaf], name: 'Zen 4' },
  { vendor: 'AuthenticAMD', family: 26, models: [0x00, 0xff], name: 'Zen 5' },
  { vendor: 'GenuineIntel', family: 6, models: [85, 85], name: 'Skylake or Cascade Lake' },
  { vendor: 'GenuineIntel', family: 6, models: [106, 108], name: 'Ice Lake' },
  { vendor: 'GenuineIntel', family: 6, models: [143, 143], name: 'Sapphire Rapids' },
  { vendor: 'GenuineIntel', family: 6, models: [173, 174], name: 'Granite Rapids' },
  { vendor: 'GenuineIntel', family: 6, models: [207, 207], name: 'Emerald Rapids' },
]

/** "AMD EPYC (Zen 4)"; without the cores where they are not known. */
export function processorName(): string {
  const brand = os.cpus()[0]?.model.trim() ?? 'unknown processor'
  const cores = existsSync(CPUINFO) ? coresOf(readFileSync(CPUINFO, 'utf8')) : null
  return cores === null ? brand : `${brand} (${cores})`
}

/** @param cpuinfo the text of Linux' /proc/cpuinfo. */
export function coresOf(cpuinfo: string): string | null {
  const field = (name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(cpuinfo)?.[1]?.trim() ?? ''
  const [vendor, family, model] = [
    field('vendor_id'),
    Number(field('cpu family')),
    Number(field('model')),
  ]
  const found = CORES.find(
    (one) =>
      one.vendor === vendor &&
      one.family === family &&
      one.models[0] <= model &&
      model <= one.models[1],
  )
  return found?.name ?? null
}
