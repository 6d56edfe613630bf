// What a file of rows turned out to be, whatever its name.

export type FileFormat =
  | { kind: 'jsonLines' | 'json' | 'parquet' | 'text' }
  | {
      kind: 'table'
      /** null where the table has a single column. */
      delimiter: string | null
      header: boolean
      /** 1-based line that looks like a header below other lines, such as a title. */
      headerBelow?: number
    }
