// How the engine reaches the network: proxies from the environment, certificates of the system.
// Invariant I17.
import tls from 'node:tls'
import { type Dispatcher, EnvHttpProxyAgent, install, setGlobalDispatcher } from 'undici'

/**
 * A client with connections of its own. It takes proxies from HTTP_PROXY, HTTPS_PROXY and NO_PROXY,
 * and trusts the certificates of the system beside those of Node. Requests bring their own time
 * limits.
 */
export function httpClient(): Dispatcher {
  certificates ??= trustedCertificates()
  const ca = certificates
  const connect = ca ? { ca } : {}
  return new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    proxyTls: connect,
    // Only https needs a tunnel through a proxy, and many proxies grant none to other ports.
    proxyTunnel: false,
    bodyTimeout: 0,
    headersTimeout: 0,
  })
}

/** Makes `fetch` of this process, with which models are downloaded, use {@link httpClient}. */
export function useHttpClient(): void {
  install()
  setGlobalDispatcher(httpClient())
}

/** The proxy that a request to `url` goes through, as its variable has it; null without one. */
export function proxyVariable({ protocol }: URL): string | null {
  const names =
    protocol === 'https:'
      ? ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']
      : ['http_proxy', 'HTTP_PROXY']
  return names.find((name) => process.env[name]) ?? null
}

/** Reading those of the system takes a quarter of a second. */
let certificates: string[] | undefined

/** undefined for those of Node alone: its older versions cannot read the system's. */
function trustedCertificates(): string[] | undefined {
  const { getCACertificates } = tls as Partial<typeof tls>
  return (
    getCACertificates && [
      ...new Set([...getCACertificates('default'), ...getCACertificates('system')]),
    ]
  )
}
