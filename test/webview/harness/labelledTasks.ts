// Tasks as the review shows them after some labelling.
import type { Preference } from '../../../src/shared/domain'
import type { Task } from '../../../src/shared/curationViews'
import { tasks } from './samples'

/** Three of four decided on, in turn by each kind of preference; some flagged, some with a note. */
export function labelled(count: number): Task[] {
  return tasks(count).map((each, place) => {
    const [best = '', other = ''] = each.responses.map(({ candidateId }) => candidateId)
    const kinds: (Preference | null)[] = [
      { kind: 'ranking', tiers: [[best], [other]] },
      { kind: 'ranking', tiers: [[other], [best]] },
      place % 8 === 2 ? { kind: 'tie' } : { kind: 'allBad' },
      null,
    ]
    return {
      ...each,
      preference: kinds[place % 4] ?? null,
      flagged: place % 7 === 1,
      note: place % 5 === 0 ? 'Shorter, and it answers the question.' : '',
    }
  })
}
