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
  expect(proxyVariables({ proxy: '', noProxy: [], strictSsl: false })).toEqual({
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  })
})

it('lets Python and uv trust the certificates of the system, unless others are named', () => {
  const isDebian = (file: string): boolean => file === '/etc/ssl/certs/ca-certificates.crt'
  expect(withSystemCertificates({ PATH: '/bin' }, isDebian)).toEqual({
    PATH: '/bin',
    UV_SYSTEM_CERTS: 'true',
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    REQUESTS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt',
  })
  expect(withSystemCertificates({ SSL_CERT_FILE: '/own.pem' }, isDebian)).toMatchObject({
    SSL_CERT_FILE: '/own.pem',
  })
  expect(withSystemCertificates({}, () => false)).toEqual({ UV_SYSTEM_CERTS: 'true' })
})
