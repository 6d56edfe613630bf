// All strings of the editor, by view.
import { evaluation } from './strings/evaluation'
import { frame } from './strings/frame'
import { labelling } from './strings/labelling'
import { review } from './strings/review'
import { runs } from './strings/runs'
import { simulation } from './strings/simulation'
import { stages } from './strings/stages'
import { trying } from './strings/trying'

export const strings = {
  ...frame,
  ...labelling,
  review,
  stages,
  runs,
  evaluation,
  trying,
  simulation,
}
