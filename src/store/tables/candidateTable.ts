// What the index keeps of each candidate, in columns of numbers: where its line is, its pool and
// place, and hashes of its text. The texts themselves stay in the journal.
// Invariant I5.
import { candidateId, textHash } from '../../core/formats/ids'
import type { Candidate } from '../../shared/domain'
import type { Span } from '../journal'

/** Stands for every larger index. */
const NO_PLACE = 0xffff_ffff

const SMALLEST = 1024
const GROWTH = 1.25

const newColumns = (rows: number) => ({
  offset: new Float64Array(rows),
  length: new Uint32Array(rows),
  pool: new Uint32Array(rows),
  /** The candidate's index. */
  place: new Uint32Array(rows),
  generation: new Uint32Array(rows),
  /** 1 for a response that was cut off at the token limit, else 0. */
  cutOff: new Uint32Array(rows),
  /** The first and the last half of the text's hash. */
  hashHigh: new Uint32Array(rows),
  hashLow: new Uint32Array(rows),
  /** First half of the hash of the trimmed text, 0 for a text of white space alone. */
  trimmed: new Uint32Array(rows),
})
export type CandidateColumns = ReturnType<typeof newColumns>

interface Pool {
  promptId: string
  round: number
  /** In the order of places, then ids. */
  rows: number[]
}

/** The part of a table that is not in columns. JSON. */
export interface CandidateNames {
  pools: [promptId: string, round: number][]
  generationIds: string[]
  /** Ids that do not follow from pool and place. */
  otherIds: [row: number, id: string][]
}

export const poolKey = (promptId: string, round: number): string => `${promptId} ${round}`

export class CandidateTable {
  /** Rows, in the order of the journal. */
  size = 0
  private columns: CandidateColumns
  private readonly pools: Pool[] = []
  private readonly poolNumbers = new Map<string, number>()
  private readonly generationIds: string[] = []
  private readonly generationNumbers = new Map<string, number>()
  private readonly otherIds = new Map<number, string>()
  private readonly rowsOfOtherIds = new Map<string, number>()

  /** @param hash of a text: 16 hex digits. */
  constructor(
    readonly hash: (text: string) => string = textHash,
    columns = newColumns(SMALLEST),
  ) {
    this.columns = columns
  }

  static restored(
    columns: CandidateColumns,
    { pools, generationIds, otherIds }: CandidateNames,
    hash?: (text: string) => string,
  ): CandidateTable {
    const table = new CandidateTable(hash, columns)
    for (const [promptId, round] of pools) table.poolNumber(promptId, round)
    for (const id of generationIds) table.generationNumber(id)
    for (const [row, id] of otherIds) table.nameOther(row, id)
    while (table.size < columns.pool.length) table.insert(table.size++)
    return table
  }

  /**
   * If two candidates have one id, the first counts.
   * @returns `known` when the table has it, `refused` when it has another text under its id.
   */
  add(candidate: Candidate, span: Span): 'added' | 'known' | 'refused' {
    const { id, promptId, round, text } = candidate
    const hash = this.hash(text)
    const known = this.find(id)
    if (known !== undefined) return this.textHash(known) === hash ? 'known' : 'refused'
    const row = this.size
    if (row === this.columns.pool.length) this.grow()
    const { columns } = this
    columns.offset[row] = span.offset
    columns.length[row] = span.length
    columns.pool[row] = this.poolNumber(promptId, round)
    columns.place[row] = Math.min(candidate.index, NO_PLACE)
    columns.generation[row] = this.generationNumber(candidate.generationId)
    columns.cutOff[row] = Number(candidate.finishReason === 'length')
    columns.hashHigh[row] = Number.parseInt(hash.slice(0, 8), 16)
    columns.hashLow[row] = Number.parseInt(hash.slice(8), 16)
    const trimmed = text.trim()
    columns.trimmed[row] = trimmedKey(trimmed, trimmed === text ? hash : this.hash(trimmed))
    if (id !== candidateId(promptId, round, columns.place[row])) this.nameOther(row, id)
    this.size++
    this.insert(row)
    return 'added'
  }

  /** The row of a candidate. */
  find(id: string): number | undefined {
    const other = this.rowsOfOtherIds.get(id)
    const match = /^(.*)-(\d+)-(\d+)$/s.exec(id)
    if (other !== undefined || !match) return other
    const [, promptId = '', round = '', place = ''] = match
    if (id !== candidateId(promptId, Number(round), Number(place))) return undefined
    const rows = this.rows(promptId, Number(round))
    for (let i = this.firstAt(rows, Number(place)); i < rows.length; i++) {
      if (this.columns.place[rows[i]!] !== Number(place)) return undefined
      if (!this.otherIds.has(rows[i]!)) return rows[i]
    }
    return undefined
  }

  /** The rows of a pool in the order of its candidates' indices. */
  rows(promptId: string, round: number): readonly number[] {
    return this.pools[this.poolNumbers.get(poolKey(promptId, round)) ?? -1]?.rows ?? []
  }

  /** The prompts of all pools that have rows, each once, in the order of their first rows. */
  promptIds(): string[] {
    const filled = this.pools.filter(({ rows }) => rows.length > 0)
    return [...new Set(filled.map(({ promptId }) => promptId))]
  }

  id(row: number): string {
    const { promptId, round } = this.poolOf(row)
    return this.otherIds.get(row) ?? candidateId(promptId, round, this.columns.place[row]!)
  }

  /** The index in the id; NaN for an id without one. */
  place(row: number): number {
    const place = this.columns.place[row]!
    return place === NO_PLACE ? NaN : place
  }

  promptId(row: number): string {
    return this.poolOf(row).promptId
  }

  generationId(row: number): string {
    return this.generationIds[this.columns.generation[row]!]!
  }

  isCutOff(row: number): boolean {
    return this.columns.cutOff[row] === 1
  }

  span(row: number): Span {
    return { offset: this.columns.offset[row]!, length: this.columns.length[row]! }
  }

  /** The hash of the exact text: 16 hex digits. */
  textHash(row: number): string {
    return hexOf(this.columns.hashHigh[row]!) + hexOf(this.columns.hashLow[row]!)
  }

  /** See {@link trimmedKey}. */
  trimmedKey(row: number): number {
    return this.columns.trimmed[row]!
  }

  /** What {@link restored} needs. The columns do not change when candidates are added. */
  data(): { columns: CandidateColumns; names: CandidateNames } {
    const columns = { ...this.columns }
    for (const [name, column] of Object.entries(columns))
      Object.assign(columns, { [name]: column.subarray(0, this.size) })
    return {
      columns,
      names: {
        pools: this.pools.map(({ promptId, round }) => [promptId, round]),
        generationIds: [...this.generationIds],
        otherIds: [...this.otherIds],
      },
    }
  }

  private poolOf(row: number): Pool {
    return this.pools[this.columns.pool[row]!]!
  }

  private insert(row: number): void {
    const { rows } = this.poolOf(row)
    const last = rows.at(-1)
    if (last === undefined || this.compare(last, row) < 0) {
      rows.push(row)
      return
    }
    let at = this.firstAt(rows, this.columns.place[row]!)
    while (at < rows.length && this.compare(rows[at]!, row) < 0) at++
    rows.splice(at, 0, row)
  }

  private compare(one: number, other: number): number {
    const { place } = this.columns
    return place[one]! - place[other]! || (this.id(one) < this.id(other) ? -1 : 1)
  }

  /** Where the first of a pool's rows with at least this place is. */
  private firstAt(rows: readonly number[], place: number): number {
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.columns.place[rows[middle]!]! < place) low = middle + 1
      else high = middle
    }
    return low
  }

  private poolNumber(promptId: string, round: number): number {
    const key = poolKey(promptId, round)
    let number = this.poolNumbers.get(key)
    if (number === undefined) {
      number = this.pools.push({ promptId, round, rows: [] }) - 1
      this.poolNumbers.set(key, number)
    }
    return number
  }

  private generationNumber(id: string): number {
    let number = this.generationNumbers.get(id)
    if (number === undefined) {
      number = this.generationIds.push(id) - 1
      this.generationNumbers.set(id, number)
    }
    return number
  }

  private nameOther(row: number, id: string): void {
    this.otherIds.set(row, id)
    this.rowsOfOtherIds.set(id, row)
  }

  private grow(): void {
    const larger = newColumns(Math.max(SMALLEST, Math.ceil(this.size * GROWTH)))
    larger.offset.set(this.columns.offset)
    larger.length.set(this.columns.length)
    larger.pool.set(this.columns.pool)
    larger.place.set(this.columns.place)
    larger.generation.set(this.columns.generation)
    larger.cutOff.set(this.columns.cutOff)
    larger.hashHigh.set(this.columns.hashHigh)
    larger.hashLow.set(this.columns.hashLow)
    larger.trimmed.set(this.columns.trimmed)
    this.columns = larger
  }
}

/** By which equal trimmed texts are found; 0 for the empty text alone. */
export function trimmedKey(trimmed: string, hash: string): number {
  return trimmed === '' ? 0 : Number.parseInt(hash.slice(0, 8), 16) || 1
}

const hexOf = (half: number): string => half.toString(16).padStart(8, '0')
