// The engine process as the extension sees it: started on first use, started again after it died,
// shown in the status bar.
import path from 'node:path'
import * as vscode from 'vscode'
import { EngineClient } from '../processes/engineClient'
import { proxyVariables } from '../processes/network'
import { describeLoaded, type Engine, modelName } from '../curation/engine'
import type { LoadedModel } from '../shared/engineProtocol'
import type { ServerKeys } from './serverKeys'
import { readProxySettings, readSettings } from './settings'

export class EngineProcess implements Engine, vscode.Disposable {
  readonly request: Engine['request']
  private readonly client: EngineClient

  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    keys: ServerKeys,
    private readonly status: vscode.StatusBarItem,
  ) {
    const settings = readSettings()
    this.client = new EngineClient({
      script: context.asAbsolutePath(path.join('dist', 'engine.js')),
      config: {
        builtinModels: context.asAbsolutePath('models'),
        cache: vscode.Uri.joinPath(context.globalStorageUri, 'models').fsPath,
        hub: settings.hubEndpoint,
        kvCacheBytes: settings.kvCacheMegabytes * 1_000_000,
        threads: settings.threads,
        background: true,
      },
      translations: vscode.l10n.uri?.fsPath,
      env: proxyVariables(readProxySettings()),
      onLog: ({ level, message }) => log[level](`engine: ${message}`),
      serverKey: (origin) => keys.get(origin),
    })
    this.request = this.client.request
  }

  /** In the status bar. @param models that a curation samples from; one, as a rule. */
  showModels(models: readonly LoadedModel[]): void {
    this.status.text = models
      .map(({ model, device, server }) =>
        server
          ? `$(server) ${modelName(model)} · ${new URL(server.address).host}`
          : `$(chip) ${modelName(model)} · ${device}`,
      )
      .join('  ')
    this.status.tooltip = models.map(describeLoaded).join('; ')
    this.status.show()
  }

  dispose(): void {
    void this.client.dispose()
  }
}
