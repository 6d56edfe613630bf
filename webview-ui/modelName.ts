/** The name of an embedded model without its prefix; other names as they are. */
export const modelName = (model: string): string => model.replace(/^builtin:/, '')
