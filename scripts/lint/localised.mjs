// Lint rule: text that people read goes through `l10n.t`.

/** Two words of prose in a row, or a sentence; not code, paths or queries. */
const PROSE =
  /(?<![\w/.$-])\p{L}[\p{L}’'-]*[,:;]? \p{L}[\p{L}’'-]*(?![\w/.$(=-])|^\p{Lu}[\p{L}’' ,:;-]+[.…!?]$/u
/** Python, comments of files, media queries, lists of selectors. */
const CODE = /^(import |#|\([\w-]+: )|^[\w.]+(, [\w.]+)+$/
const isMarkup = ({ parent }, text) => parent.tag?.name === 'html' || /^\s*</.test(text)

/** Calls whose text is not shown: programming errors, logs, descriptions in schemas, selectors. */
const NOT_SHOWN =
  /^(\w*Error|describe|log|debug|info|warn|error|querySelector(All)?|matches|closest|startsWith|endsWith|includes)$/
/** They look like {@link NOT_SHOWN}, and are shown. */
const SHOWN = /^(failureError|FailureError|UsageError)$/

const nameOf = (callee) =>
  callee.type === 'MemberExpression' ? nameOf(callee.property) : (callee.name ?? '')

const isLocalising = (callee) =>
  callee.type === 'MemberExpression' &&
  callee.object.name === 'l10n' &&
  callee.property.name === 't'

function isHandledBy(parent, child) {
  switch (parent.type) {
    case 'TaggedTemplateExpression':
      return isLocalising(parent.tag)
    case 'CallExpression':
    case 'NewExpression': {
      if (child === parent.callee) return false
      const name = nameOf(parent.callee)
      return isLocalising(parent.callee) || (NOT_SHOWN.test(name) && !SHOWN.test(name))
    }
    // the value of a class attribute
    case 'TemplateLiteral': {
      const before = parent.quasis[parent.expressions.indexOf(child)]
      return before !== undefined && /\sclass="?[^"<>]*$/.test(before.value.cooked)
    }
    default:
      return /^TS.*LiteralType$/.test(parent.type)
  }
}

/** A function or a statement: what is outside says nothing of the text inside. */
const isBoundary = ({ type, callee }) =>
  /Statement$|Function|^Program$/.test(type) || (callee && SHOWN.test(nameOf(callee)))

/** Whether the text goes through a call that localises it, or one that does not show it. */
function isHandled(node) {
  for (let child = node; child.parent && !isBoundary(child); child = child.parent)
    if (isHandledBy(child.parent, child)) return true
  return false
}

/** The texts of HTML: between tags, and in attributes that are read out or shown. */
function textsOf(html) {
  const attributes = html.matchAll(/\s(?:aria-label|title|placeholder|label|alt)="([^"]*)"/g)
  return [
    ...html.replace(/<!--.*?-->|<[^>]*>/gs, '\n').split('\n'),
    ...[...attributes].map(([, text]) => text),
  ]
}

export const localised = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      text: 'Text that people read goes through l10n.t: “{{text}}”.',
      literal: 'l10n.t takes a literal: other strings cannot be exported for translation.',
    },
  },
  create(context) {
    const report = (node, text) =>
      context.report({ node, messageId: 'text', data: { text: text.trim().slice(0, 60) } })
    function check(node, text) {
      const found = isMarkup(node, text)
        ? textsOf(text).find((part) => /\p{L}{2}/u.test(part))
        : [text].find((all) => PROSE.test(all) && !CODE.test(all))
      if (found !== undefined && !isHandled(node)) report(node, found)
    }
    return {
      Literal(node) {
        if (typeof node.value === 'string') check(node, node.value)
      },
      TemplateLiteral(node) {
        check(node, node.quasis.map(({ value }) => value.cooked).join('{}'))
      },
      CallExpression({ callee, arguments: [first] }) {
        if (isLocalising(callee) && first?.type !== 'Literal')
          context.report({ node: callee, messageId: 'literal' })
      },
    }
  },
}
