import { type Static, Type } from '@sinclair/typebox';
import type { Principal } from '../../../core/accounts';
import { type AuditFilter, type AuditId, type AuditScope, isAuditId } from '../../../core/audit';
import { type PageRequest, assert } from '../../../core/kernel';
import { AuditEntrySchema, auditEntryExample, auditEntryObject, auditOutcomes } from './audit-entry-resource';
import {
  type PageWords,
  cursorIn,
  cursorNotFound,
  listObject,
  listOf,
  pageQuery,
} from '../../resources/page';
import { TimeRange, windowOf } from '../../resources/ranges';
import { oneOf } from '../../resources/schema-parts';
import type { Api, RouteContext } from '../api';

const url = '/v1/audit';
const maxWordCharacters = 128;

const AuditQuery = Type.Object(
  {
    ...pageQuery,
    created: Type.Optional(TimeRange),
    actor: Type.Optional(Type.String({ maxLength: maxWordCharacters })),
    action: Type.Optional(Type.String({ maxLength: maxWordCharacters })),
    outcome: Type.Optional(oneOf(auditOutcomes)),
    subject: Type.Optional(
      Type.String({
        maxLength: maxWordCharacters,
        description: 'The id of what was acted on, or of its part.',
      }),
    ),
    correlation_id: Type.Optional(Type.String({ maxLength: maxWordCharacters })),
  },
  { additionalProperties: false },
);

/** Who did what: a merchant sees its own side, the operator everything. */
export function auditRoutes(app: Api, { dependencies }: RouteContext): void {
  app.get(
    url,
    {
      config: { access: 'secret_or_operator', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listAuditEntries',
        tags: ['Audit'],
        summary: 'List audit entries',
        description:
          'Newest first. Effects and refusals appear within moments. A merchant sees its own side, the operator everything.',
        querystring: AuditQuery,
        response: { 200: listOf(AuditEntrySchema, url, auditEntryExample) },
      },
    },
    async (request) => {
      const { query, principal } = request;
      assert(principal !== null, 'the audit is read by authenticated callers');
      const scope = scopeOf(principal);
      const asked = pageIn(query);
      if (asked.cursor !== undefined && !(await dependencies.auditQueries.has(scope, asked.cursor.id)))
        throw cursorNotFound(asked.cursor);
      const page = await dependencies.auditQueries.list(scope, filterOf(query), asked);
      return listObject(url, page.hasMore, page.rows.map(auditEntryObject));
    },
  );
}

const scopeOf = (principal: Principal): AuditScope =>
  principal.kind === 'operator' ? { kind: 'everything' } : { kind: 'tenant', tenant: principal.tenant };

const filterOf = (query: Static<typeof AuditQuery>): AuditFilter => ({
  ...windowOf(query.created),
  ...(query.actor === undefined ? {} : { actor: query.actor }),
  ...(query.action === undefined ? {} : { action: query.action }),
  ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
  ...(query.subject === undefined ? {} : { subject: query.subject }),
  ...(query.correlation_id === undefined ? {} : { correlationId: query.correlation_id }),
});

function pageIn(words: PageWords): PageRequest<AuditId> {
  const cursor = cursorIn(words);
  if (cursor === null) return { limit: words.limit };
  if (!isAuditId(cursor.id)) throw cursorNotFound(cursor);
  return { limit: words.limit, cursor: { kind: cursor.kind, id: cursor.id } };
}
