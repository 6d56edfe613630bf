// A row of a data file.

export type Row = {
  /** 1-based line on which the row begins; its number in formats without lines. */
  line: number
} & ({ row: unknown; broken?: never } | { broken: string; row?: never })
