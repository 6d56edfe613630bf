// What a file of rows turned out to be, whatever its name.

export type FileFormat =
  | { kind: 'jsonLines' | 'json' | 'parquet' | 'text' }
  /** `delimiter` is null where the table has a single column. */
  | { kind: 'table'; delimiter: string | null; header: boolean }
