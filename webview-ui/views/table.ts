// The views of the editor, in the order of their tabs: header, keyboard and page read them here.
import { evaluateView } from './evaluate'
import { labelView } from './label'
import { reviewView } from './review'
import { runsView } from './runs'
import { simulateView } from './simulate'
import { tryView } from './try'

export const VIEWS = [labelView, reviewView, runsView, tryView, evaluateView, simulateView] as const

export type ViewId = (typeof VIEWS)[number]['id']

export const viewOf = (id: ViewId): (typeof VIEWS)[number] =>
  VIEWS.find((view) => view.id === id) ?? labelView
