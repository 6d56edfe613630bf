// `strftime` of the fixed date of prompts.

/**
 * The date that templates are given instead of today's, so that a prompt is the same every day:
 * Friday, 26 July 2024, 00:00. It is the default of Llama 3's template.
 */
const FIELDS: Readonly<Record<string, string>> = {
  a: 'Fri',
  A: 'Friday',
  w: '5',
  u: '5',
  d: '26',
  e: '26',
  b: 'Jul',
  h: 'Jul',
  B: 'July',
  m: '07',
  y: '24',
  Y: '2024',
  G: '2024',
  g: '24',
  C: '20',
  H: '00',
  k: ' 0',
  I: '12',
  l: '12',
  p: 'AM',
  P: 'am',
  M: '00',
  S: '00',
  f: '000000',
  z: '',
  Z: '',
  j: '208',
  U: '29',
  W: '30',
  V: '30',
  c: 'Fri Jul 26 00:00:00 2024',
  x: '07/26/24',
  D: '07/26/24',
  X: '00:00:00',
  T: '00:00:00',
  R: '00:00',
  r: '12:00:00 AM',
  F: '2024-07-26',
  n: '\n',
  t: '\t',
  '%': '%',
}

/** The fixed date in the given form. `%-d` and the like leave out leading zeros and spaces. */
export const fixedDate = (format: string): string =>
  format.replace(/%(-)?([A-Za-z%])/g, (whole, short: string | undefined, field: string) => {
    const value = FIELDS[field]
    if (value === undefined) return whole
    return short === undefined ? value : value.replace(/^[0 ]+(?=.)/, '')
  })
