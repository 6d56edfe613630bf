/** What a curation file samples with where it says nothing. */
export const SAMPLING = { temperature: 1, topP: 0.9, topK: 0, minP: 0, repetitionPenalty: 1 }
