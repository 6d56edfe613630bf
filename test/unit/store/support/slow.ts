// The time limit of tests that start processes or go through many files: generous, as the machine
// may have other work.

export const SLOW = 60_000
