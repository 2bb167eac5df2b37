import type { FastifyInstance } from 'fastify';
import { Problem } from '../errors/problem';
import { findForbiddenText } from '../json/forbidden-text';

/** Query strings reach databases too: what a body may not hold, they may not either. A route without one reads none. */
export function refuseForbiddenQueryTexts(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { query, routeOptions } = request;
    const isRead = routeOptions.schema?.querystring !== undefined;
    if (!isRead || typeof query !== 'object' || query === null || Object.keys(query).length === 0) {
      done();
      return;
    }
    const found = findForbiddenText(withoutIds(query));
    if (found === null) {
      done();
      return;
    }
    const { code, param, character } = found;
    const what =
      character === undefined
        ? 'what looks like a card number'
        : `${character}, which is not allowed in a text`;
    done(new Problem({ code, param, detail: `${param} holds ${what}.` }));
  });
}

/** Ids of our own making, which their routes read by their shape: long runs of digits in them are no card numbers. */
const ownIds = new Set(['starting_after', 'ending_before']);

const withoutIds = (query: object): object =>
  Object.fromEntries(Object.entries(query).filter(([name]) => !ownIds.has(name)));
