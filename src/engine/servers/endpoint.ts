// Addresses of a server: paths of its API, Azure's parameter and how a key is sent.

/** Ends of an address that name one path of the API, not the API. */
const API_PATH = /\/(chat\/completions|completions|embeddings|models)$/
/** The one parameter that an address may have: Azure's version of the API. */
const API_VERSION = 'api-version'

/** A path below the server's address, such as `/models`. */
export function endpoint(address: string, path: string): URL {
  const url = new URL(address)
  url.pathname = `${apiPath(url)}${path}`
  return url
}

/** A path beside the API, such as llama.cpp's `/props`. */
export function beside(address: string, path: string): URL {
  const url = new URL(address)
  url.pathname = `${apiPath(url).replace(/\/v1$/, '')}${path}`
  return url
}

/** Whether the address has a version of the API in its path, as most servers expect. */
export const hasVersion = (address: string): boolean =>
  /\/v\d/.test(new URL(address).pathname) || isAzure(new URL(address))

/** The header that carries the key. */
export function keyHeader(address: string, key: string): Record<string, string> {
  return isAzure(new URL(address)) ? { 'api-key': key } : { authorization: `Bearer ${key}` }
}

const apiPath = ({ pathname }: URL): string => pathname.replace(/\/+$/, '').replace(API_PATH, '')

const isAzure = ({ hostname, searchParams }: URL): boolean =>
  searchParams.has(API_VERSION) ||
  /\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$/.test(hostname)
