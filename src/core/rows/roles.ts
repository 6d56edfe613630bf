// Names of the roles of a conversation in data sets.
import type { Message } from '../../shared/domain'

/** By the name in lower case. */
export const ROLES: Readonly<Record<string, Message['role'] | undefined>> = Object.assign(
  Object.create(null) as Record<string, Message['role'] | undefined>,
  {
    system: 'system',
    developer: 'system',
    user: 'user',
    human: 'user',
    prompter: 'user',
    instruction: 'user',
    input: 'user',
    assistant: 'assistant',
    gpt: 'assistant',
    chatgpt: 'assistant',
    bot: 'assistant',
    model: 'assistant',
    response: 'assistant',
    output: 'assistant',
  } as const,
)
