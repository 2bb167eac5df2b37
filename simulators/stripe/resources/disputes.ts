import { disputeFee } from '../money/fee';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import type { UnitOfWork } from '../store/unit-of-work';
import { invalidRequest, noSuch } from '../wire/api-error';
import { listOf } from '../wire/list';
import type { Parameters } from '../wire/parameters';
import { move } from './balance-movement';
import { evidenceTexts, type DisputeState, type DisputeStatus } from './dispute-state';

const reply = (state: DisputeState): Reply => ({ kind: 'dispute', state });

const open: readonly DisputeStatus[] = [
  'needs_response',
  'under_review',
  'warning_needs_response',
  'warning_under_review',
];

function find({ unit, id }: Call): DisputeState {
  const dispute = unit.get('dispute', id);
  if (dispute === undefined) throw noSuch('dispute', id);
  return dispute;
}

function findOpen(call: Call): DisputeState {
  const dispute = find(call);
  if (open.includes(dispute.status)) return dispute;
  throw invalidRequest(`This dispute is already closed: its status is ${dispute.status}.`, {
    param: 'dispute',
  });
}

const evidenceNames: ReadonlySet<string> = new Set([...evidenceTexts, 'enhanced_evidence']);

/** Stripe decides test disputes by the text of the evidence. @source docs.stripe.com/testing#evidence */
const decisions: Readonly<Record<string, 'lost' | 'won'>> = {
  losing_evidence: 'lost',
  winning_evidence: 'won',
};

function update(call: Call): Reply {
  const { unit, parameters } = call;
  const before = findOpen(call);
  const sent = parameters.group('evidence');
  const isSubmitted = sent !== undefined && parameters.boolean('submit') !== false;
  const evidence = sent === undefined ? before.evidence : { ...before.evidence, ...readEvidence(sent) };
  const isInquiry = before.status.startsWith('warning');
  const updated: DisputeState = {
    ...before,
    evidence,
    metadata: parameters.metadata(before.metadata),
    submissions: before.submissions + (isSubmitted ? 1 : 0),
    ...(isSubmitted ? { status: isInquiry ? 'warning_under_review' : 'under_review' } : {}),
  };
  unit.emit('charge.dispute.updated', { kind: 'dispute', state: updated }, { status: before.status });
  const decision = isSubmitted ? decisions[evidence.uncategorized_text ?? ''] : undefined;
  return reply(decision === undefined ? updated : settle(unit, updated, decision));
}

function readEvidence(sent: Parameters): DisputeState['evidence'] {
  sent.allowOnly(evidenceNames);
  return Object.fromEntries(
    evidenceTexts.flatMap((name) => {
      const text = sent.text(name, 150_000);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

/** Closing means accepting the dispute. */
const close = (call: Call): Reply => reply(settle(call.unit, findOpen(call), 'lost'));

function settle(unit: UnitOfWork, dispute: DisputeState, decision: 'lost' | 'won'): DisputeState {
  const isInquiry = dispute.status.startsWith('warning');
  const closed: DisputeState = { ...dispute, status: isInquiry ? 'warning_closed' : decision };
  if (isInquiry || decision === 'lost') {
    unit.emit('charge.dispute.closed', { kind: 'dispute', state: closed });
    return closed;
  }
  const returned = move(unit, {
    type: 'adjustment',
    amount: dispute.amount,
    fee: -disputeFee(dispute.currency),
    currency: dispute.currency,
    source: dispute.id,
    availability: 'now',
    description: `Chargeback reversal for ${dispute.charge}`,
  });
  const state: DisputeState = {
    ...closed,
    balance_transactions: [...dispute.balance_transactions, returned],
  };
  unit.emit('charge.dispute.closed', { kind: 'dispute', state });
  unit.emit('charge.dispute.funds_reinstated', { kind: 'dispute', state });
  return state;
}

const list = (call: Call): Reply =>
  listOf(call, { kind: 'dispute', url: '/v1/disputes', equal: ['charge', 'payment_intent'] });

export const disputeRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/disputes', parameters: listNames('charge payment_intent'), handle: list },
  { method: 'GET', path: '/v1/disputes/:id', parameters: names(), handle: (call) => reply(find(call)) },
  { method: 'POST', path: '/v1/disputes/:id', parameters: names('evidence metadata submit'), handle: update },
  { method: 'POST', path: '/v1/disputes/:id/close', parameters: names(), handle: close },
];
