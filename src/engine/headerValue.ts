// What a header of a request can carry. Clients repeat a value that they refuse in their error, and
// no error may hold a key.

/** Whether a key can be sent. */
export const isSendable = (key: string): boolean => /^[\x20-\x7e]*$/.test(key)
