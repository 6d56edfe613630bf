// The fake server of a test file: a new one for each test.
import { afterEach, beforeEach } from 'vitest'
import { type FakeServer, startFakeServer } from '../../support/servers/fakeServer'

export let server: FakeServer

/** Starts {@link server} before each test of the file and closes it afterwards. */
export function useFakeServer(abilities: Parameters<typeof startFakeServer>[0] = {}): void {
  beforeEach(async () => {
    server = await startFakeServer({ ...abilities }) // tests change them
  })
  afterEach(() => server.close())
}
