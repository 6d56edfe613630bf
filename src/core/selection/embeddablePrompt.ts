// What of a prompt is embedded.
import type { Prompt } from '../../shared/domain'

/** A prompt as embedders see it, under the id that its vector is stored by. */
export const embeddablePrompt = ({ id, messages }: Prompt): { id: string; text: string } => ({
  id,
  text: messages.map(({ content }) => content).join('\n'),
})
