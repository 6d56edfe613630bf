// The settings in which runs differ.
import type { RunSettings } from '../../../shared/runProtocol'

/** A setting that has not the same value in all runs. */
export interface DifferingSetting {
  key: string
  /** Whether every run has it; hyper-parameters of single methods are not in all of them. */
  isShared: boolean
  /** In the order of the runs; null for a run that does not have it. */
  values: readonly (string | null)[]
}

/** Settings that name a file, a folder or a model of the hub. */
const PLACES: ReadonlySet<string> = new Set(['model', 'accelerateConfig'])

/** In the order of the runs. A model or a file has the end of its path that tells it apart. */
export function differingSettings(runs: readonly RunSettings[]): DifferingSetting[] {
  const keys = new Set(runs.flatMap((settings) => Object.keys(settings)))
  return [...keys].flatMap((key) => {
    const values = runs.map((settings) => settings[key] ?? null)
    if (new Set(values).size < 2) return []
    const isShared = runs.every((settings) => key in settings)
    return [{ key, isShared, values: PLACES.has(key) ? shortened(values) : values }]
  })
}

/** The last names of each path, as many as tell the paths apart. */
function shortened(places: readonly (string | null)[]): (string | null)[] {
  const parts = places.map((place) => place?.split(/[/\\]/) ?? null)
  const distinct = new Set(places).size
  const longest = Math.max(0, ...parts.map((names) => names?.length ?? 0))
  for (let kept = 1; kept < longest; kept++) {
    const short = parts.map((names) => names?.slice(-kept).join('/') ?? null)
    if (new Set(short).size === distinct) return short
  }
  return [...places]
}
