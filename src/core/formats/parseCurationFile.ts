// Reads the text of a curation file: its settings, or every problem with line, column and remedy.
import * as l10n from '@vscode/l10n'
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser'
import { z } from 'zod'
import type { Failure } from '../../shared/errors'
import { type CurationFile, curationFileSchema } from './curationFile'
import { meantShape } from './modelSettings'
import { isRecord } from '../text/values'
import { positionAt, syntaxSentence } from '../text/jsonProblem'

type Issue = z.core.$ZodIssue

const KINDS: Readonly<Record<string, string>> = {
  int: l10n.t('an integer'),
  number: l10n.t('a number'),
  string: l10n.t('a string'),
  boolean: l10n.t('true or false'),
  object: l10n.t('an object {…}'),
  array: l10n.t('a list […]'),
}
const REQUIRED = ['version', 'prompts']

/**
 * @param where the file's name in failures.
 * @returns the settings with all defaults, or at least one failure. Every failure has line and
 *   column.
 */
export function parseCurationFile(
  text: string,
  where: string,
): { settings: CurationFile } | { failures: Failure[] } {
  const json = text.replace(/^\uFEFF/, '')
  const at = (offset: number, message: string, remedy?: string): Failure => ({
    code: 'bad-input',
    message,
    where,
    ...positionAt(json, offset),
    ...(remedy === undefined ? {} : { remedy }),
  })

  const errors: ParseError[] = []
  const root = parseTree(json, errors, { disallowComments: true, allowEmptyContent: true })
  // After the first syntax error the rest is guesswork.
  const [syntax] = errors
  if (syntax)
    return {
      failures: [at(syntax.offset, syntaxSentence(syntax.error), l10n.t('Correct the JSON.'))],
    }
  if (!root)
    return {
      failures: [
        at(0, l10n.t('The file is empty.'), l10n.t('Give at least "version": 1 and "prompts".')),
      ],
    }

  const repeated = repeatedKeys(root).map((key) =>
    at(
      key.offset,
      l10n.t`The key “${String(key.value)}” is given twice.`,
      l10n.t('Remove one of the two.'),
    ),
  )
  const parsed = curationFileSchema.safeParse(getNodeValue(root))
  if (parsed.success)
    return repeated.length > 0 ? { failures: repeated } : { settings: parsed.data }
  const invalid = parsed.error.issues
    .flatMap((issue) => withinShapes(issue, root))
    .flatMap((issue) =>
      describeIssue(issue, root).map(({ node, message, remedy }) =>
        at(node.offset, message, remedy),
      ),
    )
  return { failures: [...repeated, ...invalid] }
}

interface Described {
  node: Node
  message: string
  remedy?: string
}

/** Where a value may have several shapes: the problems of the one that is meant. */
function withinShapes(issue: Issue, root: Node): Issue[] {
  // without a value for the key that tells the shapes apart there are no problems of a shape
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const node = findNodeAtLocation(root, plain(issue.path))
  const problems = issue.errors[meantShape(node && getNodeValue(node))] ?? issue.errors[0] ?? []
  return problems.flatMap((problem) =>
    withinShapes({ ...problem, path: [...issue.path, ...problem.path] }, root),
  )
}

const plain = (path: readonly PropertyKey[]): (string | number)[] =>
  path.filter((part) => typeof part !== 'symbol')

function describeIssue(issue: Issue, root: Node): Described[] {
  const path = plain(issue.path)
  const key = path.join('.') || l10n.t('The file')
  const node = findNodeAtLocation(root, path)
  const nearest = node ?? nearestParent(root, path)
  if (issue.code === 'unrecognized_keys') {
    const remedy = l10n.t`Valid keys: ${knownKeys(path, root).join(', ')}.`
    return issue.keys.map((unknown) => ({
      node: keyNode(nearest, unknown),
      message: l10n.t`The key “${[...path, unknown].join('.')}” is unknown.`,
      remedy,
    }))
  }
  if (issue.code === 'custom') return [{ node: nearest, message: issue.message }]
  if (!node)
    return [
      {
        node: nearest,
        message: l10n.t`The key “${key}” is missing.`,
        remedy: `Add "${String(path.at(-1))}".`,
      },
    ]
  return [
    {
      node,
      message: l10n.t`${key} must be ${requirement(issue)}.`,
      remedy: REQUIRED.includes(key)
        ? l10n.t('Correct the value.')
        : l10n.t('Correct the value, or remove the key to take its default.'),
    },
  ]
}

function requirement(issue: Issue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value')
    return issue.values.map((value) => JSON.stringify(value)).join(l10n.t(' or '))
  if (issue.code === 'too_small' && issue.origin === 'string')
    return l10n.t('a string that is not empty')
  if (issue.code === 'too_small' && issue.origin === 'array')
    return l10n.t('a list that is not empty')
  if (issue.code === 'too_small')
    return issue.inclusive === false
      ? l10n.t`greater than ${String(issue.minimum)}`
      : l10n.t`at least ${String(issue.minimum)}`
  if (issue.code === 'too_big')
    return issue.inclusive === false
      ? l10n.t`less than ${String(issue.maximum)}`
      : l10n.t`at most ${String(issue.maximum)}`
  if (issue.code === 'invalid_format' || issue.code === 'invalid_union') return issue.message
  return `valid (${issue.message})`
}

/** Keys that may stand in the object at `path`, as the schema has them. */
function knownKeys(path: readonly (string | number)[], root: Node): string[] {
  let schema: JsonSchema = z.toJSONSchema(curationFileSchema, { io: 'input' })
  path.forEach((part, depth) => {
    const inner = typeof part === 'number' ? schema.items : schema.properties?.[part]
    const node = findNodeAtLocation(root, path.slice(0, depth + 1))
    schema = shapeOf(asObject(Array.isArray(inner) ? undefined : inner), node && getNodeValue(node))
  })
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) =>
    asObject(value).not ? [] : [key],
  )
}

type JsonSchema = z.core.JSONSchema.BaseSchema

const asObject = (schema: z.core.JSONSchema._JSONSchema | undefined): JsonSchema =>
  typeof schema === 'object' ? schema : {}

function shapeOf(schema: JsonSchema, value: unknown): JsonSchema {
  const kinds = schema.oneOf?.map(asObject)
  if (kinds) return kinds.find((one) => hasKind(one, value)) ?? kinds[0] ?? {}
  return schema.anyOf ? asObject(schema.anyOf[meantShape(value)]) : schema
}

/** Whether a shape is that of the kind that a value names. */
const hasKind = ({ properties }: JsonSchema, value: unknown): boolean =>
  isRecord(value) && asObject(properties?.['kind']).const === value['kind']

/** Where the key itself stands in an object. */
function keyNode(object: Node, key: string): Node {
  return (
    object.children
      ?.map((property) => property.children?.[0])
      .find((node) => node?.value === key) ?? object
  )
}

function nearestParent(root: Node, path: readonly (string | number)[]): Node {
  for (let length = path.length - 1; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    if (node) return node
  }
  return root
}

/** Keys that stand in one object for the second time, in this node and below. */
function repeatedKeys(node: Node): Node[] {
  const children = node.children ?? []
  const below = children.flatMap(repeatedKeys)
  if (node.type !== 'object') return below
  const keys = children.flatMap((property) => property.children?.[0] ?? [])
  const names = keys.map((key): unknown => key.value)
  return [...keys.filter((_, place) => names.indexOf(names[place]) < place), ...below]
}
