// Paths that a user gives.
import path from 'node:path'
import { expect, it } from 'vitest'
import { portablePath } from '../../../src/processes/givenPaths'

it('a file below the folder is named from there, any other by its whole path', () => {
  expect(portablePath(path.resolve('/a/b/c.yaml'), path.resolve('/a'))).toBe('b/c.yaml')
  expect(portablePath(path.resolve('/a/..c.yaml'), path.resolve('/a'))).toBe('..c.yaml')
  expect(portablePath(path.resolve('/b/c.yaml'), path.resolve('/a'))).toBe(
    path.resolve('/b/c.yaml'),
  )
})
