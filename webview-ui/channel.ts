// The webview's end of the line to the extension host.
import type { EditorHostSide, EditorWebviewSide } from '../src/shared/editorProtocol'
import { connect, type NotificationHandlers, type Peer } from '../src/shared/rpc'

/** What VS Code gives a webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}
declare function acquireVsCodeApi(): VsCodeApi

export type Host = Peer<EditorHostSide>

export function vsCodeApi(): VsCodeApi {
  return acquireVsCodeApi()
}

export function connectHost(
  api: VsCodeApi,
  told: NotificationHandlers<EditorWebviewSide['notifications']>,
): Host {
  return connect<EditorWebviewSide, EditorHostSide>(
    {
      send: (message) => api.postMessage(message),
      onMessage: (listener) =>
        addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
    },
    {},
    told,
  )
}
