// The journal of candidates in memory: by id, by pool, and the texts that come back under several
// prompts.
import { textHash } from '../core/formats/ids'
import type { GenerationRecord } from '../core/formats/records'
import type { Candidate, Selection } from '../shared/domain'
import type { CandidateEntry, Candidates } from './indexes'

export type CandidateLine = Candidate | GenerationRecord

interface Pool {
  candidates: Candidate[]
  /** In index order; null after a candidate came. */
  ordered: readonly Candidate[] | null
}

export class CandidateIndex implements Candidates {
  private readonly byId = new Map<string, Candidate>()
  private readonly pools = new Map<string, Pool>()
  private readonly generations = new Map<string, GenerationRecord>()
  /** By id, once asked for. */
  private readonly textHashes = new Map<string, string>()
  /** Trimmed text → the only prompt it was seen under. */
  private readonly promptOfText = new Map<string, string>()
  /** Trimmed text → all its prompts, where there are several. */
  private readonly promptsOfText = new Map<string, Set<string>>()

  get size(): number {
    return this.byId.size
  }

  /**
   * Of two candidates with one id the first counts. @returns false when there is another with other
   * text.
   */
  add(line: CandidateLine): boolean {
    if ('kind' in line) {
      if (!this.generations.has(line.id)) this.generations.set(line.id, line)
      return true
    }
    const known = this.byId.get(line.id)
    if (known) return known.text === line.text
    this.byId.set(line.id, line)
    const key = poolKey(line.promptId, line.round)
    const pool = this.pools.get(key)
    if (pool) {
      pool.candidates.push(line)
      pool.ordered = null
    } else {
      this.pools.set(key, { candidates: [line], ordered: null })
    }
    this.countText(line.text.trim(), line.promptId)
    return true
  }

  clear(): void {
    for (const each of [
      this.byId,
      this.pools,
      this.generations,
      this.textHashes,
      this.promptOfText,
      this.promptsOfText,
    ])
      each.clear()
  }

  candidate(id: string): Candidate | undefined {
    return this.byId.get(id)
  }

  /** Whether a selection's candidates have the texts that it was made from. */
  isOf({ candidateIds, textHashes }: Pick<Selection, 'candidateIds' | 'textHashes'>): boolean {
    return candidateIds.every((id, place) => this.textHash(id) === textHashes[place])
  }

  allGenerations(): Iterable<GenerationRecord> {
    return this.generations.values()
  }

  /** The settings that candidates with this `generationId` came from. */
  generation(id: string): GenerationRecord | undefined {
    return this.generations.get(id)
  }

  poolSize(promptId: string, round: number): number {
    return this.pools.get(poolKey(promptId, round))?.candidates.length ?? 0
  }

  entries(promptId: string, round: number): readonly CandidateEntry[] {
    return this.pool(promptId, round)
  }

  /** In the order of their indices, however they came in. The array does not change later. */
  pool(promptId: string, round: number): readonly Candidate[] {
    const pool = this.pools.get(poolKey(promptId, round))
    if (!pool) return []
    pool.ordered ??= pool.candidates.toSorted((a, b) => a.index - b.index || (a.id < b.id ? -1 : 1))
    return pool.ordered
  }

  /** Whether a trimmed text was seen under at least `minPrompts` (2 or more) prompts. */
  isRepeated(text: string, minPrompts: number): boolean {
    return (this.promptsOfText.get(text)?.size ?? 0) >= minPrompts
  }

  private textHash(id: string): string | undefined {
    const known = this.textHashes.get(id)
    const text = this.byId.get(id)?.text
    if (known !== undefined || text === undefined) return known
    const hash = textHash(text)
    this.textHashes.set(id, hash)
    return hash
  }

  private countText(text: string, promptId: string): void {
    if (text === '') return
    const first = this.promptOfText.get(text)
    if (first === undefined) this.promptOfText.set(text, promptId)
    else if (this.promptsOfText.has(text)) this.promptsOfText.get(text)?.add(promptId)
    else if (first !== promptId) this.promptsOfText.set(text, new Set([first, promptId]))
  }
}

export const poolKey = (promptId: string, round: number): string => `${promptId} ${round}`
