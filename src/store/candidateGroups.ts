// Groups appends: candidates that come during a write are written together by the next write. A
// fast server sends a thousand candidates a second.
import type { GenerationRecord } from '../core/formats/records'
import type { Candidate } from '../shared/domain'
import type { Sequence } from '../async/sequence'

interface Group {
  generations: Map<string, GenerationRecord>
  candidates: Candidate[]
  written: Promise<void>
}

export class CandidateGroups {
  /** The group that is not being written yet. */
  private next: Group | null = null

  constructor(
    private readonly changing: Sequence,
    private readonly write: (
      generations: GenerationRecord[],
      candidates: Candidate[],
    ) => Promise<void>,
  ) {}

  /** Settles when the group of these candidates is written, or could not be. */
  add(generation: GenerationRecord, candidates: readonly Candidate[]): Promise<void> {
    const group = (this.next ??= this.start())
    group.generations.set(generation.id, generation)
    for (const candidate of candidates) group.candidates.push(candidate)
    return group.written
  }

  private start(): Group {
    const generations = new Map<string, GenerationRecord>()
    const candidates: Candidate[] = []
    const written = this.changing.run(() => {
      this.next = null
      return this.write([...generations.values()], candidates)
    })
    return { generations, candidates, written }
  }
}
