// The analyses of labels that the editors show: one at a time, off the thread that answers keys.
import type * as vscode from 'vscode'
import { Sequence } from '../async/sequence'
import type { Curation } from '../curation/curation'
import type { Engine } from '../curation/engine'
import { labelAnalysis } from '../labelAnalysis/analysis'
import type { ShownAnalysis } from '../shared/reviewProtocol'

export interface AnalysisPlaces {
  engine: Engine
  /** Folder of the cache. */
  cache: string
  /** The bundled worker, `dist/labelAnalysis.js`. */
  script: string
  isTrusted: () => boolean
}

export class LabelAnalyses implements vscode.Disposable {
  private readonly sequence = new Sequence()
  private readonly end = new AbortController()

  constructor(private readonly places: AnalysisPlaces) {}

  /**
   * Of the labels of the curation's annotator; only labels of the shown round are to be looked at
   * again. null in an untrusted workspace: its files may name an embedder.
   * @throws FailureError of the engine and the file system; AbortError.
   */
  async of(curation: Curation): Promise<ShownAnalysis | null> {
    const { isTrusted, ...places } = this.places
    if (!isTrusted()) return null
    const options = { ...places, signal: this.end.signal }
    const { lookAgain, ...analysis } = await this.sequence.run(() =>
      labelAnalysis(curation, curation.annotator, options),
    )
    const shown = new Set(curation.round.selections().map(({ id }) => id))
    return {
      ...analysis,
      lookAgain: lookAgain
        .filter(({ selectionId }) => shown.has(selectionId))
        .map((one) => ({ ...one, position: curation.placeOf(one.promptId) })),
    }
  }

  dispose(): void {
    this.end.abort()
  }
}
