// What a proxy, or a server in front of another one, does with a request.
import http, { type RequestListener } from 'node:http'

/** Passes each request on to another server, whose answer it gives; the path stays as it is. */
export const forwardedTo =
  ({ hostname: host, port }: URL): RequestListener =>
  (request, response) => {
    const { method, headers, url = '' } = request
    // a proxy is asked for whole addresses
    const path = URL.canParse(url) ? new URL(url).pathname : url
    const onward = http.request({ host, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  }
