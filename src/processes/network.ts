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

/** Bundles of the system's certificates on Linux: Debian, Red Hat, SUSE and Alpine. */
const CERTIFICATE_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** Hosts from which pip installs uv, unless the environment names an index of its own. */
const PACKAGE_HOSTS = ['pypi.org', 'files.pythonhosted.org']

/** The variables that stand for settings; settings that are empty leave the environment's. */
export function proxyVariables(
  { proxy, noProxy, strictSsl }: ProxySettings,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    ...(proxy === '' ? {} : inBothCases({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy })),
    ...(noProxy.length === 0 ? {} : inBothCases({ NO_PROXY: noProxy.join(',') })),
    ...(strictSsl ? {} : anyCertificate(base)),
  }
}

/** Variables by which Node, uv, pip and the Python runner check no certificates. */
const anyCertificate = ({ PIP_INDEX_URL: index }: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  UV_INSECURE_HOST: '*',
  PIP_TRUSTED_HOST: [...PACKAGE_HOSTS, ...hostOf(index)].join(' '),
  AEPO_TLS_VERIFY: '0',
})

const hostOf = (address = ''): string[] =>
  URL.canParse(address) ? [new URL(address).hostname] : []

/**
 * The environment of uv, pip and Python: they trust the certificates of the system, unless `base`
 * names others. On Windows and macOS Python's clients ask the system by themselves; on Linux they
 * bring certificates of their own, unless they are given a file.
 */
export function withSystemCertificates(
  base: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  exists: (file: string) => boolean = existsSync,
): NodeJS.ProcessEnv {
  const file = platform === 'linux' ? CERTIFICATE_FILES.find(exists) : undefined
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
