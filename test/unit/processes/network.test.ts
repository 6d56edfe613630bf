// The network settings of VS Code and of the system, as child processes get them.
import { expect, it } from 'vitest'
import { proxyVariables, withSystemCertificates } from '../../../src/processes/network'

it('gives the proxy settings as the variables that programs read', () => {
  expect(
    proxyVariables({ proxy: 'http://p:3128', noProxy: ['localhost', '.lan'], strictSsl: true }),
  ).toEqual({
    HTTP_PROXY: 'http://p:3128',
    http_proxy: 'http://p:3128',
    HTTPS_PROXY: 'http://p:3128',
    https_proxy: 'http://p:3128',
    NO_PROXY: 'localhost,.lan',
    no_proxy: 'localhost,.lan',
  })
})

it('leaves the environment’s own where a setting is empty', () => {
  expect(proxyVariables({ proxy: '', noProxy: [], strictSsl: true })).toEqual({})
})

it('lets Node, uv, pip and the runner take any certificate where the setting says so', () => {
  const loose = { proxy: '', noProxy: [], strictSsl: false }
  expect(proxyVariables(loose, {})).toEqual({
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    UV_INSECURE_HOST: '*',
    PIP_TRUSTED_HOST: 'pypi.org files.pythonhosted.org',
    AEPO_TLS_VERIFY: '0',
  })
  expect(proxyVariables(loose, { PIP_INDEX_URL: 'https://pypi.lan/simple' })).toMatchObject({
    PIP_TRUSTED_HOST: 'pypi.org files.pythonhosted.org pypi.lan',
  })
})

it('lets Python and uv trust the certificates of the system, unless others are named', () => {
  const isDebian = (file: string): boolean => file === '/etc/ssl/certs/ca-certificates.crt'
  expect(withSystemCertificates({ PATH: '/bin' }, 'linux', isDebian)).toEqual({
    PATH: '/bin',
    UV_SYSTEM_CERTS: 'true',
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    REQUESTS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt',
  })
  expect(withSystemCertificates({ SSL_CERT_FILE: '/own.pem' }, 'linux', isDebian)).toMatchObject({
    SSL_CERT_FILE: '/own.pem',
  })
  expect(withSystemCertificates({}, 'linux', () => false)).toEqual({ UV_SYSTEM_CERTS: 'true' })
})

it.each(['darwin', 'win32'] as const)('on %s Python asks the system itself', (platform) => {
  expect(withSystemCertificates({}, platform, () => true)).toEqual({ UV_SYSTEM_CERTS: 'true' })
})
