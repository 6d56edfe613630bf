// State that survives a reload of the webview: the task shown, display options, unsaved notes,
// edits and rankings, dismissed notices.
import type { Edit } from '../src/shared/domain'
import type { ShownPlace } from '../src/shared/editorProtocol'
import type { VsCodeApi } from './channel'
import { type ChartChoice, readCharts } from './charts'
import { type Display, readDisplay } from './display'

interface Remembered {
  shown: ShownPlace | null
  display: Display
  charts: ChartChoice
  /** Selection id → note. */
  drafts: Record<string, string>
  /** Selection id → an edit that is not saved. */
  edits: Record<string, Edit>
  /** A ranking that is not finished: candidate ids, best first. */
  ranking: { selectionId: string; ranked: string[] } | null
  /** Settings for which what comes from earlier ones is to be kept, by their keys. */
  keptEarlier: string[]
}

/** Older answers are of settings that have changed since. */
const MOST_KEPT = 4

export class Memory {
  private readonly remembered: Remembered

  constructor(private readonly api: Pick<VsCodeApi, 'getState' | 'setState'>) {
    this.remembered = read(api.getState())
  }

  get shown(): ShownPlace | null {
    return this.remembered.shown
  }

  set shown(shown: ShownPlace | null) {
    this.remembered.shown = shown
    this.write()
  }

  get display(): Display {
    return this.remembered.display
  }

  set display(display: Display) {
    this.remembered.display = display
    this.write()
  }

  get charts(): ChartChoice {
    return this.remembered.charts
  }

  set charts(charts: ChartChoice) {
    this.remembered.charts = charts
    this.write()
  }

  get keptEarlier(): readonly string[] {
    return this.remembered.keptEarlier
  }

  keepEarlier(key: string): void {
    this.remembered.keptEarlier = [...this.remembered.keptEarlier, key].slice(-MOST_KEPT)
    this.write()
  }

  /** null where no ranking of this selection was begun. */
  ranking(selectionId: string): string[] | null {
    const { ranking } = this.remembered
    return ranking?.selectionId === selectionId ? ranking.ranked : null
  }

  setRanking(selectionId: string, ranked: string[] | null): void {
    this.remembered.ranking = ranked && { selectionId, ranked }
    this.write()
  }

  draft(selectionId: string): string | undefined {
    return Object.hasOwn(this.remembered.drafts, selectionId)
      ? this.remembered.drafts[selectionId]
      : undefined
  }

  setDraft(selectionId: string, note: string): void {
    this.remembered.drafts[selectionId] = note
    this.write()
  }

  forgetDraft(selectionId: string): void {
    this.remembered.drafts = without(this.remembered.drafts, selectionId)
    this.write()
  }

  edit(selectionId: string): Edit | null {
    const { edits } = this.remembered
    return Object.hasOwn(edits, selectionId) ? (edits[selectionId] ?? null) : null
  }

  setEdit(selectionId: string, edit: Edit | null): void {
    const others = without(this.remembered.edits, selectionId)
    this.remembered.edits = edit ? { ...others, [selectionId]: edit } : others
    this.write()
  }

  private write(): void {
    this.api.setState(this.remembered)
  }
}

const without = <T>(record: Record<string, T>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))

/** What cannot be read counts as nothing. */
function read(state: unknown): Remembered {
  const { shown, display, charts, drafts, edits, ranking, keptEarlier } = (
    typeof state === 'object' && state !== null ? state : {}
  ) as Partial<Record<keyof Remembered, unknown>>
  const texts =
    typeof drafts === 'object' && drafts !== null
      ? Object.entries(drafts).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        )
      : []
  return {
    shown: readShown(shown),
    display: readDisplay(display),
    charts: readCharts(charts),
    drafts: Object.fromEntries(texts),
    edits: readEdits(edits),
    ranking: readRanking(ranking),
    keptEarlier: Array.isArray(keptEarlier)
      ? keptEarlier.filter((key) => typeof key === 'string')
      : [],
  }
}

function readShown(state: unknown): ShownPlace | null {
  const { selectionId, position } = (typeof state === 'object' && state !== null ? state : {}) as {
    selectionId?: unknown
    position?: unknown
  }
  return typeof selectionId === 'string' && typeof position === 'number'
    ? { selectionId, position }
    : null
}

function readEdits(state: unknown): Remembered['edits'] {
  if (typeof state !== 'object' || state === null) return {}
  return Object.fromEntries(
    Object.entries(state as Record<string, unknown>).flatMap(([selectionId, edit]) => {
      const { candidateId, text } = (edit ?? {}) as Partial<Record<keyof Edit, unknown>>
      return typeof candidateId === 'string' && typeof text === 'string'
        ? [[selectionId, { candidateId, text }]]
        : []
    }),
  )
}

function readRanking(state: unknown): Remembered['ranking'] {
  const { selectionId, ranked } = (typeof state === 'object' && state !== null ? state : {}) as {
    selectionId?: unknown
    ranked?: unknown
  }
  const isList = Array.isArray(ranked) && ranked.every((id) => typeof id === 'string')
  return typeof selectionId === 'string' && isList ? { selectionId, ranked } : null
}
