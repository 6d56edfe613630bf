// How child processes reach the network: proxies and certificates, as environment variables that
// the engine, uv, pip and the Python runner read.
import { existsSync } from 'node:fs'

export interface ProxySettings {
  /** Address of the proxy for http and https; empty for that of the environment. */
  proxy: string
  /** Hosts that are reached directly; empty for those of the environment. */
  noProxy: readonly string[]
  /** Whether certificates are checked. */
  strictSsl: boolean
}

/** Bundles of the system's certificates: Debian, Red Hat, SUSE, macOS and Alpine. */
const CERTIFICATE_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The variables that stand for settings; settings that are empty leave the environment's. */
export function proxyVariables({ proxy, noProxy, strictSsl }: ProxySettings): NodeJS.ProcessEnv {
  return {
    ...(proxy === '' ? {} : inBothCases({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy })),
    ...(noProxy.length === 0 ? {} : inBothCases({ NO_PROXY: noProxy.join(',') })),
    ...(strictSsl ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
  }
}

/**
 * The environment of uv, pip and Python: they trust the certificates of the system, unless `base`
 * names others. Python's HTTP clients bring certificates of their own otherwise.
 */
export function withSystemCertificates(
  base: NodeJS.ProcessEnv,
  exists: (file: string) => boolean = existsSync,
): NodeJS.ProcessEnv {
  const file = CERTIFICATE_FILES.find(exists)
  return {
    UV_SYSTEM_CERTS: 'true',
    ...(file === undefined ? {} : { SSL_CERT_FILE: file, REQUESTS_CA_BUNDLE: file }),
    ...base,
  }
}

/** Some programs read the variables in one case alone, and the lower one goes first in others. */
const inBothCases = (variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  )
