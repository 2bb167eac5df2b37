import { readFileSync } from 'node:fs';
import { type Charge, type ChargeEvent, type ChargeStatus, chargeDecider } from '../../../src/core/payments';
import {
  approveReview,
  cancelCharge,
  captureCharge,
  createCharge,
  rejectReview,
} from '../../../src/core/payments/decide-charge';
import { recordCancel, recordCapture, recordPayment } from '../../../src/core/payments/decide-outcome';
import { fold } from '../../../src/core/kernel';
import { captureId, chargeId, created, declined, eur, histories, pspReference } from '../../support/charges';

const readme = 'src/core/payments/README.md';

/** Every command that a charge can be given; those that a state refuses lead nowhere. */
const commands: readonly ((charge: Charge) => { ok: boolean; value?: readonly ChargeEvent[] })[] = [
  approveReview,
  (charge) => rejectReview(charge, 'no'),
  (charge) => cancelCharge(charge, { chargeId }),
  (charge) =>
    captureCharge(charge, {
      chargeId,
      captureId: captureId(),
      amount: eur(400),
      final: false,
      requestedAt: 1,
    }),
  (charge) =>
    captureCharge(charge, { chargeId, captureId: captureId(), amount: null, final: true, requestedAt: 1 }),
  (charge) =>
    recordPayment(charge, { kind: 'authorized', pspReference, captured: true, capturedMinor: 1000n }),
  (charge) => recordPayment(charge, { kind: 'authorized', pspReference, captured: false, capturedMinor: 0n }),
  (charge) =>
    recordPayment(charge, {
      kind: 'action_required',
      pspReference,
      nextAction: { kind: 'redirect', url: 'https://example.com' },
    }),
  (charge) => recordPayment(charge, { kind: 'failed', failure: declined }),
  (charge) => recordPayment(charge, { kind: 'canceled', pspReference }),
  (charge) => recordPayment(charge, { kind: 'unknown', reason: 'timeout' }),
  (charge) => recordCancel(charge, { kind: 'canceled', capturedMinor: 0n }),
  (charge) => recordCapture(charge, captureId(), { kind: 'captured' }),
];

function transitions(): Set<string> {
  const found = new Set<string>();
  const walk = (charge: Charge, decide: (typeof commands)[number], depth: number) => {
    const decision = decide(charge);
    let state = charge;
    for (const event of decision.value ?? []) {
      const next = chargeDecider.evolve(state, event);
      if (next.status !== state.status) found.add(`${state.status} --> ${next.status}: ${event.type}`);
      state = next;
    }
    // A second step reaches what needs a pending capture or cancellation first.
    if (depth > 0 && decision.value?.length) for (const then of commands) walk(state, then, depth - 1);
  };
  for (const assessment of ['approved', 'review', 'blocked'] as const) {
    const { type: _, ...command } = created({ assessment });
    walk(chargeDecider.initial, (charge) => createCharge(charge, command), 0);
  }
  for (const history of Object.values(histories))
    for (const decide of commands) walk(fold(chargeDecider, history), decide, 2);
  return found;
}

function diagram(): string {
  const order: readonly (ChargeStatus | 'none')[] = [
    'none',
    'in_review',
    'processing',
    'unknown',
    'requires_action',
    'authorized',
    'succeeded',
    'failed',
    'canceled',
    'blocked',
  ];
  const rank = (line: string) => order.indexOf(line.split(' ')[0] as ChargeStatus);
  const lines = [...transitions()].sort(
    (left, right) => rank(left) - rank(right) || left.localeCompare(right),
  );
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line.replace(/^none /, '[*] ')}`)].join('\n');
}

test(`the diagram in ${readme} is the decider's`, () => {
  const block = /```mermaid\n([^`]*)```/.exec(readFileSync(readme, 'utf8'))?.[1]?.trimEnd();
  expect(block).toBe(diagram());
});
