/** Everything that is wrong with a folder of inputs, at once. */
import { checkTables } from '../domain/input/check-tables';
import { listWeeks } from '../domain/input/list-weeks';
import type { Problem } from '../domain/input/problem';
import { readWeek } from '../domain/input/read-week';
import type { MenuWeek } from '../domain/model';
import { loadInputs, type InputFiles } from './read-inputs';
