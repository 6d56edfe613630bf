/** Wrong use: exit code 2. The message is one sentence. */
export class UsageError extends Error {}
