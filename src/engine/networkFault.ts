// What an error of the network means to a person, whichever client threw it.
import * as l10n from '@vscode/l10n'
import { proxyVariable } from './network'

export interface NetworkFault {
  /** A clause without a full stop. */
  reason: string
  /** Whether a retry is useless. */
  isFinal: boolean
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: l10n.t('nothing listens at this address'),
  ECONNRESET: l10n.t('the connection was cut'),
  EPIPE: l10n.t('the connection was cut'),
  UND_ERR_SOCKET: l10n.t('the connection was cut'),
  ENOTFOUND: l10n.t('the host is unknown'),
  EAI_AGAIN: l10n.t('the name of the host cannot be resolved now'),
  ETIMEDOUT: l10n.t('the host does not answer'),
  UND_ERR_CONNECT_TIMEOUT: l10n.t('the host does not answer'),
  EHOSTUNREACH: l10n.t('the host cannot be reached'),
  ENETUNREACH: l10n.t('the network cannot be reached'),
}

const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|ISSUER|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/
/** The other side speaks no TLS, or none that both know. */
const NO_TLS = /WRONG_VERSION|UNSUPPORTED_PROTOCOL|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG/

/** How undici says that a proxy opens no tunnel. */
const NO_TUNNEL = /Proxy response \((\d+)\)/

export function networkFault(thrown: unknown, url: URL): NetworkFault {
  const { code, message } = innermost(thrown)
  const [, status] = NO_TUNNEL.exec(message) ?? []
  const fault = status === undefined ? byCode(code, message) : noTunnel(Number(status), url.host)
  const proxy = proxyVariable(url)
  return proxy === null
    ? fault
    : { ...fault, reason: l10n.t`${fault.reason} (${proxy} names a proxy)` }
}

function byCode(code: string, message: string): NetworkFault {
  const known = REASONS[code]
  if (known !== undefined) return { reason: known, isFinal: false }
  if (CERTIFICATE.test(code))
    return {
      reason: l10n.t`its certificate is not trusted (${code}); name its authority in NODE_EXTRA_CA_CERTS`,
      isFinal: true,
    }
  if (NO_TLS.test(code))
    return {
      reason: l10n.t`it uses no supported TLS version (${code}); check whether the address begins with http or https`,
      isFinal: true,
    }
  return { reason: message || code, isFinal: false }
}

function noTunnel(status: number, host: string): NetworkFault {
  if (status === 407)
    return {
      reason: l10n.t`the proxy requires a user name and a password (${status}); put them into its address, as http://user:password@host:port`,
      isFinal: true,
    }
  return {
    reason:
      status < 500
        ? l10n.t`the proxy does not let requests through to ${host} (${status})`
        : l10n.t`the proxy does not reach ${host} (${status})`,
    isFinal: status < 500,
  }
}

/** Clients wrap errors of the network in their own. */
function innermost(thrown: unknown): { code: string; message: string } {
  const { code, message, cause, errors } = thrown as NodeJS.ErrnoException & {
    errors?: unknown[]
  }
  const inner = errors?.[0] ?? cause
  if (inner instanceof Error && (code === undefined || !(code in REASONS))) return innermost(inner)
  return { code: code ?? '', message }
}
