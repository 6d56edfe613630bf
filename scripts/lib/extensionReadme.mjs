// The page of the extension inside VS Code, made from README.md. On that page VS Code removes
// pictures that are not behind https, files of the extension and data addresses alike, and relative
// links lead nowhere. Pictures are in the walkthrough instead.

const REPOSITORY_ONLY = /<!-- repository only -->.*?<!-- \/repository only -->\n*/gs
const PICTURE = /!\[[^\]]*\]\([^)]*\)\n*/g
const RELATIVE_LINK = /\[([^\]]*)\]\((?![a-z]+:)[^)]*\)/g

/**
 * Drops pictures and what is marked as "repository only"; of relative links the words stay.
 * @param {string} readme
 */
export const extensionReadme = (readme) =>
  readme.replaceAll(REPOSITORY_ONLY, '').replaceAll(PICTURE, '').replaceAll(RELATIVE_LINK, '$1')
