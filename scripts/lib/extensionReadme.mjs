// The page of the extension inside VS Code, made from README.md. That page shows pictures from
// https and data addresses alone, and its relative links lead nowhere.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const REPOSITORY_ONLY = /<!-- repository only -->.*?<!-- \/repository only -->\n*/gs
const PICTURE = /!\[([^\]]*)\]\(([^):]+\.png)\)/g
const RELATIVE_LINK = /(?<!!)\[([^\]]*)\]\((?![a-z]+:)[^)]*\)/g

/**
 * Drops what is marked as "repository only", puts PNG pictures into the text, and keeps the words
 * of relative links.
 * @param {string} readme
 * @param {string} folder that the pictures' paths are relative to
 */
export async function extensionReadme(readme, folder) {
  const text = readme.replaceAll(REPOSITORY_ONLY, '')
  const paths = new Set([...text.matchAll(PICTURE)].map(([, , path]) => path))
  const pictures = new Map()
  for (const path of paths) {
    const bytes = await readFile(join(folder, path))
    pictures.set(path, `data:image/png;base64,${bytes.toString('base64')}`)
  }
  return text
    .replaceAll(RELATIVE_LINK, '$1')
    .replaceAll(PICTURE, (_, label, path) => `![${label}](${pictures.get(path)})`)
}
