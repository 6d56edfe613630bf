// Servers behind TLS and a proxy: the tunnel, the certificates, and what is said when either fails.
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { aepo, initCuration, type Outcome, temporaryFolder } from '../support/command'
import { type FakeServer, startFakeServer } from '../support/servers/fakeServer'
import { forwardedTo } from '../support/servers/forwarding'

const TLS = path.join(import.meta.dirname, '../support/tls')
const AUTHORITY = path.join(TLS, 'ca.pem')
/** The certificate is for this name, which no name server knows: the proxy has to resolve it. */
const HOST = 'model.invalid'
const USER = 'user:secret-word'

let model: FakeServer
let server: https.Server
let proxy: http.Server
const tunnels: string[] = []
const sockets = new Set<Socket>()
let passwords: string | undefined
/** A proxy that opens no tunnel. */
let closed: http.Server

const portOf = (one: net.Server): number => (one.address() as AddressInfo).port

async function listening<T extends net.Server>(one: T): Promise<T> {
  one.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return one
}

beforeAll(async () => {
  model = await startFakeServer({})
  const [key, cert] = ['server.key', 'server.pem'].map((name) => readFileSync(path.join(TLS, name)))
  server = await listening(https.createServer({ key, cert }, forwardedTo(new URL(model.url))))
  proxy = http.createServer((_, response) => response.writeHead(405).end())
  proxy.on('connect', (request, socket: Socket) => {
    tunnels.push(request.url ?? '')
    const given = request.headers['proxy-authorization']
    if (passwords !== undefined && given !== `Basic ${btoa(passwords)}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const onward = net.connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    socket.on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
  })
  await listening(proxy)
  closed = http.createServer()
  closed.on('connect', (_, socket: Socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  await listening(closed)
})

beforeEach(() => {
  tunnels.length = 0
  passwords = undefined
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  server.close()
  proxy.close()
  closed.close()
  await model.close()
})

const address = (): string => `https://${HOST}:${portOf(server)}`

async function generate(
  env: Record<string, string>,
  generator: Record<string, string> = { server: `${address()}/v1`, model: 'm' },
): Promise<Outcome> {
  const cwd = temporaryFolder()
  await initCuration(cwd, 'a.aepo.json', ['Hi?'], { n: 2, ...generator })
  const variables = { NO_PROXY: '', HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, ...env }
  return aepo(['generate', 'a.aepo.json'], { cwd, env: variables })
}

it('a tunnel through the proxy reaches a server whose authority is named', async () => {
  const { code, stdout, stderr } = await generate({ NODE_EXTRA_CA_CERTS: AUTHORITY })
  expect(stderr).not.toContain('certificate')
  expect([code, stdout]).toEqual([0, expect.stringContaining('2 candidates written')])
  expect(tunnels).toContain(`${HOST}:${portOf(server)}`)
})

it('a certificate of an unknown authority is refused at once, with what to do', async () => {
  const { code, stderr } = await generate({})
  expect(code).toBe(1)
  expect(stderr).toMatch(/certificate/)
  expect(stderr).toContain('NODE_EXTRA_CA_CERTS')
  expect(tunnels).toHaveLength(1)
})

it('certificates are not checked where the user says so', async () => {
  expect(await generate({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({ code: 0 })
})

it('a proxy takes the user and the password in its address', async () => {
  passwords = USER
  const named = `http://${USER}@127.0.0.1:${portOf(proxy)}`
  const variables = { NODE_EXTRA_CA_CERTS: AUTHORITY, HTTPS_PROXY: named }
  expect(await generate(variables)).toMatchObject({ code: 0 })
})

it('a proxy that wants a password is named at once, without one that was given', async () => {
  passwords = USER
  const named = `http://user:other-word@127.0.0.1:${portOf(proxy)}`
  const variables = { NODE_EXTRA_CA_CERTS: AUTHORITY, HTTPS_PROXY: named }
  const { code, stderr } = await generate(variables)
  expect(code).toBe(1)
  expect(stderr).toMatch(/proxy requires a user name and a password/i)
  expect(stderr).not.toContain('other-word')
  expect(tunnels).toHaveLength(1)
})

it('a proxy that opens no tunnel is named at once', async () => {
  const { code, stderr } = await generate({ HTTPS_PROXY: `http://127.0.0.1:${portOf(closed)}` })
  expect(code).toBe(1)
  expect(stderr).toContain(`the proxy does not let requests through to ${new URL(address()).host}`)
  expect(stderr).not.toContain('Tunneling')
})

it('an address with https of a server without is named at once', async () => {
  const { port } = new URL(model.url)
  const generator = { server: `https://127.0.0.1:${port}/v1`, model: 'm' }
  const { code, stderr } = await generate({ HTTPS_PROXY: '' }, generator)
  expect(code).toBe(1)
  expect(stderr).toMatch(/uses no supported TLS version .*http or https/)
})

it('the model hub is reached through the tunnel, too', async () => {
  const hub = { HF_ENDPOINT: address(), XDG_CACHE_HOME: temporaryFolder() }
  const there = await generate({ ...hub, NODE_EXTRA_CA_CERTS: AUTHORITY }, { model: 'a/b' })
  expect(there.stderr).toMatch(/model hub has no such file or model \(status 404\)/)
  const untrusted = await generate(hub, { model: 'a/b' })
  expect(untrusted.stderr).toMatch(/hub cannot be reached: its certificate is not trusted/)
})
