// Ids of models on the Hugging Face hub.

/** A name as the hub takes it, as the source of a regular expression. */
export const HUB_NAME = String.raw`[\w](?:[\w.-]*[\w])?`
const HUB_ID = new RegExp(`^${HUB_NAME}/${HUB_NAME}$`)

/** Whether a text is `owner/name`: what is no path of a folder such as `./name`. */
export const isHubId = (text: string): boolean => HUB_ID.test(text) && !text.includes('..')
