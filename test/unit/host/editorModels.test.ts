// Language models of VS Code as judges: a cancellation ends the question at every moment.
import { beforeEach, expect, test, vi } from 'vitest'
import { askEditor } from '../../../src/host/editorModels'

const never = new Promise<never>(() => undefined)
const sendRequest = vi.fn(() => never)

vi.mock('vscode', () => ({
  lm: { selectChatModels: () => Promise.resolve([{ id: 'silent', sendRequest }]) },
  LanguageModelChatMessage: { User: (text: string) => text },
  LanguageModelError: { NoPermissions: Error, NotFound: Error },
  CancellationTokenSource: class {
    private cancelled: () => void = () => undefined
    readonly token = {
      onCancellationRequested: (listener: () => void) => (this.cancelled = listener),
    }
    cancel = (): void => this.cancelled()
    dispose = (): void => undefined
  },
}))

beforeEach(() => void sendRequest.mockClear())

const cancelled = { name: 'AbortError' }

test('a model that ignores the cancellation is not waited for', async () => {
  const controller = new AbortController()
  const asked = askEditor('silent', [], controller.signal)
  await vi.waitUntil(() => sendRequest.mock.calls.length === 1)
  controller.abort()
  await expect(asked).rejects.toMatchObject(cancelled)
})

test('a cancellation while the models are listed sends nothing', async () => {
  const controller = new AbortController()
  const asked = askEditor('silent', [], controller.signal)
  controller.abort()
  await expect(asked).rejects.toMatchObject(cancelled)
  expect(sendRequest).not.toHaveBeenCalled()
})
