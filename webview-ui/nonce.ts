// The component library adds a style element of its own and looks for its nonce in the page: given
// here, before the library loads.

const nonce = document.currentScript?.nonce
if (nonce !== undefined && nonce !== '') {
  const meta = document.createElement('meta')
  meta.setAttribute('property', 'csp-nonce')
  meta.content = nonce
  document.head.append(meta)
}
