// Before each file of tests, whose process may have run others: modules are loaded anew.
import { vi } from 'vitest'

vi.resetModules()
