// How a table is written, found from its beginning.
import { describe, expect, it } from 'vitest'
import { csvShape } from '../../../src/store/csvShape'

const shapeOf = (head: string, settings = {}): unknown => {
  const { delimiter, names, skippedLines } = csvShape(head, settings, ',')
  return [delimiter, names.isFirstRow ? names.fields : names.fields.length, skippedLines]
}

describe('csvShape', () => {
  it.each<[what: string, head: string, shape: unknown]>([
    ['commas', 'id,prompt\n1,a\n', [',', ['id', 'prompt'], 0]],
    ['semicolons', 'id;prompt;rating\n1;a, b, c;4\n', [';', ['id', 'prompt', 'rating'], 0]],
    ['tabs', 'id\tprompt\n1\ta, b; c\n', ['\t', ['id', 'prompt'], 0]],
    ['bars', 'id|prompt\n1|a\n', ['|', ['id', 'prompt'], 0]],
    ['Excel’s line', 'sep=;\r\nid;prompt\r\n1;a\r\n', [';', ['id', 'prompt'], 1]],
    ['one column', 'prompt\nOne, two; three\n', [null, ['prompt'], 0]],
    ['one column of another name', 'utterance\nOne, two\n', [null, ['utterance'], 0]],
    ['one column without a header', '"Write a poem"\n"Explain gravity"\n', [null, 1, 0]],
    ['one column whose first text is short', 'Explain gravity\nName a river\n', [null, 1, 0]],
    ['no header', '1,Write a poem about rain\n2,Explain gravity\n', [',', 2, 0]],
    ['a header of unknown names', 'goal,target\nSing,Sure\n', [',', ['goal', 'target'], 0]],
    ['the index of pandas', ',prompt\n0,a\n', [',', ['column1', 'prompt'], 0]],
    ['repeated names', 'prompt,note,note\na,b,c\n', [',', ['prompt', 'note', 'note.3'], 0]],
    [
      'a name like a numbered one',
      'prompt,prompt.3,prompt\na,b,c\n',
      [',', ['prompt', 'prompt.3', 'prompt.3.3'], 0],
    ],
    ['blanks around names', ' id , prompt \n1,a\n', [',', ['id', 'prompt'], 0]],
    ['quotes over lines', 'id;"prompt"\n1;"a;\nb"\n', [';', ['id', 'prompt'], 0]],
  ])('%s', (_, head, shape) => {
    expect(shapeOf(head)).toEqual(shape)
  })

  it('what is given counts', () => {
    expect(shapeOf('a#b\n1#2\n', { delimiter: '#', header: false })).toEqual(['#', 2, 0])
    expect(shapeOf('Explain gravity\nName a river\n', { header: true })).toEqual([
      null,
      ['Explain gravity'],
      0,
    ])
  })

  it.each<[what: string, head: string, line: number | undefined]>([
    ['a title', 'Prompts of spring\nprompt,category\nSing,art\n', 2],
    ['a title and a blank row', 'Report,,\n,,\nid,prompt,score\n1,Sing,3\n', 3],
    ['a comment', '# made by x\nid;prompt\n1;Sing\n', 2],
    ['a title under the delimiter', 'sep=;\nTitle;;\nid;prompt;x\n1;a;b\n', 3],
    ['a title over one column', 'Title of it\nprompt\nOne, two\nthree, four\n', 2],
    ['a prompt that has the word', 'Explain gravity\nWhat is a question?\nWhy\n', undefined],
    ['a header', 'prompt,note\nprompt,x\n', undefined],
  ])('finds the header below %s', (_, head, line) => {
    expect(csvShape(head, {}, ',').headerBelow).toBe(line)
  })
})
