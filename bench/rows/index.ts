import type { Row } from '../row';
import { append } from './append';
import { balances } from './balances';
import { charges } from './charges';
import { cost } from './cost';
import { endToEnd } from './end-to-end';
import { growth } from './growth';
import { jobs } from './jobs';
import { memory } from './memory';
import { readers } from './readers';
import { relay } from './relay';
import { start } from './start';
import { verify } from './verify';

/** In the order in which they run. */
export const rows: readonly Row[] = [
  start,
  charges,
  endToEnd,
  cost,
  append,
  balances,
  readers,
  jobs,
  relay,
  memory,
  growth,
  verify,
];
