// The state that an editor shows: while the curation cannot be read, as it was when it last could.
import type { Curation } from '../../curation/curation'
import type { EditorState } from '../../shared/editorProtocol'
import {
  type CurationSlices,
  curationSlices,
  type DocumentStatus,
  type DocumentValues,
  type Earlier,
  earlierOf,
  editorState,
  NOTHING_EARLIER,
  NOTHING_READ,
} from './state'

export class ShownState {
  /** What samples, once known. */
  device: string | null = null
  private slices: CurationSlices = NOTHING_READ
  /** undefined: to be computed. */
  private earlier: Earlier | undefined

  constructor(private readonly displayPath: (file: string) => string) {}

  /** Journals or settings changed: what stems from earlier settings is counted again. */
  forgetEarlier(): void {
    this.earlier = undefined
  }

  /** @param isBusy while work is under way, what stems from earlier settings is not counted. */
  read(
    curation: Curation,
    isBusy: boolean,
    values: Omit<DocumentValues, 'device' | 'earlier'>,
  ): void {
    const earlier = isBusy ? NOTHING_EARLIER : (this.earlier ??= earlierOf(curation))
    const all = { ...values, device: this.device, earlier }
    this.slices = curationSlices(curation, all, this.displayPath)
  }

  withStatus(status: DocumentStatus): EditorState {
    return editorState(status, this.slices, this.displayPath)
  }
}
