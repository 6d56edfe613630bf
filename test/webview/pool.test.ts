// All candidates of a prompt under its responses: what was selected, what was left out and why.
import { expect, test } from 'vitest'
import { FakeHost } from './harness/fakeHost'
import { curation, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()

test('c lists them, each with what became of it, and goes on doing so from task to task', async () => {
  const editor = await open(new FakeHost(curation(), tasks(2)))
  const pool = editor.page.getByRole('region', { name: 'Candidates of this prompt' })
  await pool.getByRole('button', { name: 'All 32 candidates' }).waitFor()
  expect(await pool.getByRole('listitem').count()).toBe(0)
  await editor.press('c')
  await expect
    .poll(() => pool.locator('.outcome').allInnerTexts())
    .toEqual([
      'Response 1',
      'Response 2',
      'Not selected',
      'Left out: duplicate',
      'Left out: looping',
    ])
  await editor.press('1')
  await pool.locator('.beginning').getByText('Another answer to selection-2').waitFor()
  expect(await pool.getByRole('listitem').count()).toBe(3)
  await pool.getByRole('button', { name: 'Hide the candidates' }).click()
  await expect.poll(() => pool.getByRole('listitem').count()).toBe(0)
})

test('one opens to its whole text from the keyboard, and decides nothing', async () => {
  const editor = await open(new FakeHost(curation(), tasks(1)))
  await editor.press('c')
  const entry = editor.page.getByRole('listitem').filter({ hasText: 'Not selected' })
  await entry.locator('summary').press('Enter')
  await entry.getByText('Another answer to selection-1').last().waitFor()
  expect(await entry.locator('pre').isVisible()).toBe(true)
  expect(editor.host.annotations()).toEqual([])
})

test('a request that fails is reported, and can be repeated', async () => {
  const host = new FakeHost(curation(), tasks(1))
  const editor = await open(host)
  host.failNext('pool', { code: 'not-found', message: 'This selection no longer exists.' })
  await editor.press('c')
  await editor.page.getByText('This selection no longer exists.').waitFor()
  await editor.button('Try Again').click()
  await editor.page.getByText('Not selected', { exact: true }).waitFor()
})

test('a map shows who is near whom; a point opens its candidate in the list', async () => {
  const editor = await open(new FakeHost(curation(), tasks(1)))
  await editor.press('c')
  const map = editor.page.getByRole('img', { name: /^Map of 4 candidates/ })
  await map.waitFor()
  await editor.page.getByText('This plane shows 46 % of the differences.').waitFor()
  expect(await map.locator('.point.selected').allInnerTexts()).toHaveLength(2)
  await map.locator('.point.kept circle').click()
  const entry = editor.page.getByRole('listitem').filter({ hasText: 'Not selected' })
  await entry.getByText('Another answer to selection-1').last().waitFor()
  expect(await entry.locator('pre').isVisible()).toBe(true)
  expect(editor.host.annotations()).toEqual([])
})

test('a map that fails leaves the list, and can be repeated', async () => {
  const host = new FakeHost(curation(), tasks(1))
  const editor = await open(host)
  host.failNext('poolMap', { code: 'busy', message: 'Another process replaced the vectors.' })
  await editor.press('c')
  await editor.page.getByText('Another process replaced the vectors.').waitFor()
  await editor.page.getByText('Not selected', { exact: true }).waitFor()
  await editor.button('Try Again').click()
  await editor.page.getByRole('img', { name: /^Map of 4 candidates/ }).waitFor()
})
