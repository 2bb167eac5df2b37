import type { FastifyRequest } from 'fastify';
import { Type } from '@sinclair/typebox';
import { actorOf } from '../../../core/accounts';
import { type RuleSetId, type TenantId, assert, newId, operatorTenant } from '../../../core/kernel';
import type { Answer, CommandContext } from '../../../core/ports';
import type { Enforcement, ExistingRuleSet, Risk } from '../../../core/risk';
import { maxRules, riskReadModel, ruleSetsTable } from '../../../core/risk';
import { answerOf, idempotencyOf, metadataOf, sendAnswer } from '../../plugins/idempotency';
import { jsonSerializer } from '../../resources/json-serializer';
import { listOf, pageOf, pageQuery, pageShown } from '../../resources/page';
import { nullable } from '../../resources/schema-parts';
import type { Api, RouteContext } from '../api';
import { NoFields } from '../no-fields';
import { namedById } from '../payments/named-by-id';
import { commandErrors } from '../payments/operation-errors';
import {
  RuleSchema,
  RuleSetAnswer,
  RuleSetSchema,
  ThresholdsSchema,
  ruleSetExample,
  ruleSetObject,
} from './rule-set-resource';

const url = '/v1/risk/rule_sets';
const maxNoteCharacters = 500;

const RuleSetBody = Type.Object(
  {
    rules: Type.Array(RuleSchema, { minItems: 1, maxItems: maxRules }),
    thresholds: Type.Optional(ThresholdsSchema),
    note: Type.Optional(nullable(Type.String({ maxLength: maxNoteCharacters }))),
  },
  {
    additionalProperties: false,
    examples: [
      { rules: ruleSetExample.rules, thresholds: ruleSetExample.thresholds, note: ruleSetExample.note },
    ],
  },
);

const { Path, idOf, notFound } = namedById('rs', {
  code: 'rule_set_not_found',
  noun: 'rule set',
  example: ruleSetExample.id,
});

const serialize = jsonSerializer(RuleSetSchema);
const shown = (ruleSet: ExistingRuleSet, enforcement: Enforcement): string =>
  serialize(ruleSetObject(ruleSet, enforcement));
const nothingInForce: Enforcement = { history: [], rolledBack: [] };

/** Rules that assess charges: a merchant's own, or the platform's with the operator's credential. */
export function ruleSetRoutes(app: Api, context: RouteContext): void {
  saveRoute(app, context);
  getRoute(app, context);
  listRoute(app, context);
  enforceRoute(app, context, {
    path: 'activate',
    operationId: 'activateRuleSet',
    summary: 'Put a rule set in force',
    description:
      'Assesses new charges by this set, in place of the one that was in force. With the answer it holds for this process; for others within a second.',
    error: 'rule_set_in_force',
    enforce: ({ activateRuleSet }) => activateRuleSet,
  });
  enforceRoute(app, context, {
    path: 'roll_back',
    operationId: 'rollBackRuleSet',
    summary: 'Roll a rule set back',
    description: 'Brings back the set that was in force before this one, or none where there was none.',
    error: 'rule_set_not_in_force',
    enforce: ({ rollBackRuleSet }) => rollBackRuleSet,
  });
}

function saveRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { risk, ids, clock } = dependencies;
  app.post(
    url,
    {
      config: { access: 'secret_or_operator', idempotent: true, errors: [...commandErrors, 'rule_invalid'] },
      schema: {
        operationId: 'saveRuleSet',
        tags: ['Risk'],
        summary: 'Save a rule set',
        description:
          'Reads and checks every rule. Nothing is assessed by the set until it is put in force. A set never changes: save another one instead.',
        body: RuleSetBody,
        response: { 201: RuleSetAnswer },
      },
    },
    async (request, reply) => {
      const { rules, thresholds, note } = request.body;
      const command = {
        ruleSetId: newId('rs', ids),
        rules: rules.map(({ id, ...rule }) => ({ ruleId: id, ...rule })),
        thresholds: thresholds ?? { review: null, block: null },
        note: note ?? null,
        createdAt: clock(),
      };
      const asked = commandOf(request, 201, (ruleSet: ExistingRuleSet | null) => {
        assert(ruleSet !== null, 'an accepted command leaves a rule set behind');
        return shown(ruleSet, nothingInForce);
      });
      const handled = await oncePerKey(asked.idempotency, () => risk.saveRuleSet(command, asked));
      return sendAnswer(reply, answerOf(handled, reply));
    },
  );
}

function getRoute(app: Api, { dependencies: { risk } }: RouteContext): void {
  app.get(
    `${url}/:id`,
    {
      config: { access: 'secret_or_operator', errors: ['rule_set_not_found'] },
      schema: {
        operationId: 'getRuleSet',
        tags: ['Risk'],
        summary: 'Fetch a rule set',
        description: 'The set, and whether it is in force: never behind your own write.',
        params: Path,
        response: { 200: RuleSetAnswer },
      },
    },
    async (request) => {
      const owner = ownerOf(request);
      const ruleSet = await existing(risk, owner, request.params.id);
      return ruleSetObject(ruleSet, await risk.findEnforcement(owner));
    },
  );
}

function listRoute(app: Api, { dependencies: { risk, rowsOf } }: RouteContext): void {
  const ruleSets = () => rowsOf(riskReadModel, ruleSetsTable);
  app.get(
    url,
    {
      config: { access: 'secret_or_operator', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listRuleSets',
        tags: ['Risk'],
        summary: 'List rule sets',
        description: 'Newest first.',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: listOf(RuleSetSchema, url, ruleSetExample) },
      },
    },
    async (request) => {
      const owner = ownerOf(request);
      const [page, enforcement] = await Promise.all([
        ruleSets().list(owner, {}, pageOf('rs', request.query)),
        risk.findEnforcement(owner),
      ]);
      return pageShown(url, page, ({ ruleSet }) => ruleSetObject(ruleSet, enforcement));
    },
  );
}

interface EnforceRoute {
  readonly path: 'activate' | 'roll_back';
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly error: 'rule_set_in_force' | 'rule_set_not_in_force';
  readonly enforce: (risk: Risk) => Risk['activateRuleSet'];
}

function enforceRoute(app: Api, { dependencies, oncePerKey }: RouteContext, route: EnforceRoute): void {
  const { risk, clock } = dependencies;
  const { path, error, operationId, summary, description } = route;
  const enforce = route.enforce(risk);
  app.post(
    `${url}/:id/${path}`,
    {
      config: {
        access: 'secret_or_operator',
        idempotent: true,
        errors: [...commandErrors, 'rule_set_not_found', error],
      },
      schema: {
        operationId,
        tags: ['Risk'],
        summary,
        description,
        params: Path,
        body: NoFields,
        response: { 200: RuleSetAnswer },
      },
    },
    async (request, reply) => {
      const ruleSet = await existing(risk, ownerOf(request), request.params.id);
      const asked = commandOf(request, 200, (enforcement: Enforcement) => shown(ruleSet, enforcement));
      const handled = await oncePerKey(asked.idempotency, () =>
        enforce({ ruleSetId: ruleSet.ruleSetId, nowMs: clock() }, asked),
      );
      return sendAnswer(reply, answerOf(handled, reply));
    },
  );
}

/** @throws Problem rule_set_not_found */
async function existing(risk: Risk, owner: TenantId, id: string): Promise<ExistingRuleSet> {
  const ruleSetId: RuleSetId = idOf(id);
  const ruleSet = await risk.findRuleSet(owner, ruleSetId);
  if (ruleSet === null) throw notFound(id);
  return ruleSet;
}

/** Rules of the operator are the platform's: every charge is assessed by them. */
function ownerOf({ principal }: FastifyRequest): TenantId {
  assert(principal !== null, 'rules are kept by authenticated callers');
  return principal.kind === 'operator' ? operatorTenant : principal.tenant;
}

function commandOf<State>(request: FastifyRequest, status: Answer['status'], body: (state: State) => string) {
  const { principal } = request;
  assert(principal !== null, 'rules are kept by authenticated callers');
  const tenant = ownerOf(request);
  const idempotency = idempotencyOf(request, tenant);
  return {
    tenant,
    metadata: metadataOf(request, actorOf(principal), idempotency),
    idempotency: { ...idempotency, answer: (state: State): Answer => ({ status, body: body(state) }) },
  } satisfies CommandContext<State>;
}
