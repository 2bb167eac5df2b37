import type { Asked } from '../requests';
import type { Check, Evidence } from './evidence';

/** Invariant 9: one key, one object, one answer; and never another tenant's. */
export const checkAnswers: Check = (evidence) => {
  const found: string[] = [];
  for (const [key, asks] of groupedByKey(evidence.asked)) found.push(...keyFaults(key, asks, evidence));
  const { stories } = evidence;
  const made = { create: new Set<string>(), capture: new Set<string>(), refund: new Set<string>() };
  for (const { request, answer } of evidence.asked) {
    const { operation } = request.body;
    if (answer.kind !== 'accepted' || operation === 'cancel' || operation === 'review') continue;
    made[operation].add(answer.id);
    const chargeId = operation === 'create' ? answer.id : request.body.chargeId;
    if (stories.get(chargeId)?.tenant !== request.tenant)
      found.push(`[9] ${request.tenant} was answered with ${answer.id}, which is not its own`);
  }
  for (const story of stories.values()) {
    if (!made.create.has(story.chargeId)) found.push(`[9] nobody was told of ${story.chargeId}`);
    for (const id of story.captures.keys())
      if (!made.capture.has(id)) found.push(`[9] nobody was told of the capture ${id}`);
    for (const [id, { foundAs }] of story.refunds)
      if (foundAs === null && !made.refund.has(id)) found.push(`[9] nobody was told of the refund ${id}`);
  }
  return found;
};

function groupedByKey(asked: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> {
  const groups = new Map<string, Asked[]>();
  for (const ask of asked) {
    const { tenant, key, body } = ask.request;
    // Reviews carry no key: a second one is refused.
    if (body.operation === 'review') continue;
    const name = `${tenant} ${body.operation} ${'chargeId' in body ? body.chargeId : ''} ${key}`;
    groups.set(name, [...(groups.get(name) ?? []), ask]);
  }
  return groups;
}

/** A cancellation has no id of its own. */
export const nameOf = (operation: string, id: string): string =>
  operation === 'cancel' ? `cancel ${id}` : id;

function keyFaults(key: string, asks: readonly Asked[], { commitSteps }: Evidence): readonly string[] {
  const found: string[] = [];
  const ids = new Set(asks.flatMap(({ answer }) => (answer.kind === 'accepted' ? [answer.id] : [])));
  const bodies = new Set(
    asks.flatMap(({ request, answer }) => (answer.kind === 'accepted' ? [JSON.stringify(request.body)] : [])),
  );
  if (ids.size > 1) found.push(`[9] ${key} made ${[...ids].join(' and ')}`);
  if (bodies.size > 1) found.push(`[9] ${key} was accepted with two bodies`);
  for (const { request, answer } of asks) {
    if (answer.kind === 'key_reused' && (ids.size === 0 || bodies.has(JSON.stringify(request.body))))
      found.push(`[9] ${key} is said to be used for another body`);
    const committedAtStep = commitSteps.get(nameOf(request.body.operation, [...ids].join())) ?? Infinity;
    if (
      answer.kind === 'refused' &&
      answer.decidedAtStep > committedAtStep &&
      bodies.has(JSON.stringify(request.body))
    )
      found.push(`[9] ${key} was refused with ${answer.code} although it had been accepted`);
  }
  return found;
}
