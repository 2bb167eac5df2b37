import { anyAmount } from '../support/charges';
import type { SignedNotice } from '../../src/adapters/memory/psp-notices';
import { bindPayments, sha256 } from '../../src/compose/memory';
import {
  InvariantViolation,
  type TenantId,
  type ChargeId,
  type Currency,
  money,
  newId,
} from '../../src/core/kernel';
import { type Charge, type CreateCharge, type ExistingCharge } from '../../src/core/payments';
import {
  type CommandContext,
  type CommandQueue,
  type Handled,
  type IdempotentRequest,
  type Journal,
  JournalUnavailable,
  VersionConflict,
} from '../../src/core/ports';
import type { Incarnation } from './incarnation';
import { journalAt } from './node-ports';
import type { Body, Reply, Request } from './requests';
import type { World } from './world';

/** The API of one process, without HTTP: keys, use cases, and what their results mean to a client. */
export interface Api {
  serve(request: Request): Promise<Reply>;
  /** Null when the charge is unknown to the tenant; undefined when nobody answered. */
  find(tenant: TenantId, chargeId: ChargeId): Promise<ExistingCharge | null | undefined>;
  /** @returns whether the notice is answered with success */
  notice(signed: SignedNotice): Promise<boolean>;
}

type Context = CommandContext<Charge>;

/** @param shared the journal itself, not yet as this process reaches it */
export function createApi(
  life: Incarnation,
  world: World,
  { shared, commands }: { readonly shared: Journal; readonly commands: CommandQueue },
): Api {
  const inFlight = new Set<string>();
  const bind = (observed: Journal) => bindPayments(observed, { livemode: false, ...anyAmount });
  const { findCharge, receiveNotice } = bind(journalAt(life, shared, commands));

  return {
    async serve(request) {
      const idempotency = idempotencyOf(request, world);
      const key = idempotency.keyHash.toString('hex');
      if (inFlight.has(key)) return { kind: 'try_again', why: 'in flight' };
      inFlight.add(key);
      try {
        return await decide({ life, world, shared, commands, bind }, request, idempotency);
      } catch (error) {
        if (error instanceof JournalUnavailable || error instanceof VersionConflict)
          return { kind: 'try_again', why: error.name };
        world.violate(`the API failed: ${String(error)}`);
        throw error;
      } finally {
        inFlight.delete(key);
      }
    },
    find: (tenant, chargeId) =>
      findCharge(tenant, chargeId).catch((error: unknown) => {
        if (error instanceof InvariantViolation) world.violate(`a charge cannot be read: ${error.message}`);
        return undefined;
      }),
    async notice(signed) {
      const { psp } = world;
      const verdict = psp.verifyNotice({ ...signed, nowMs: life.clock() });
      if (verdict.kind !== 'notice') return false;
      const metadata = { actor: `psp:${psp.name}`, correlationId: verdict.notice.chargeId };
      return receiveNotice(psp.name, verdict.notice, metadata).then(
        () => true,
        () => false,
      );
    },
  };
}

/** As the API derives them: the key within tenant and endpoint, the request by its target and body. */
function idempotencyOf(request: Request, { mutation }: World): IdempotentRequest {
  const { tenant, key, body } = request;
  const target = `${body.operation} ${'chargeId' in body ? body.chargeId : ''}`;
  const scoped = mutation.scopeKey?.({ tenant, target, key }) ?? `${tenant}\0${target}\0${key}`;
  return { keyHash: shortHash(scoped), requestHash: shortHash(`${target}\0${JSON.stringify(body)}`) };
}

const shortHash = (text: string): Buffer => Buffer.from(sha256(text).slice(0, 32), 'hex');

interface Setting {
  readonly life: Incarnation;
  readonly world: World;
  readonly shared: Journal;
  readonly commands: CommandQueue;
  readonly bind: (journal: Journal) => ReturnType<typeof bindPayments>;
}

async function decide(setting: Setting, request: Request, idempotency: IdempotentRequest): Promise<Reply> {
  const { life, world, shared, commands, bind } = setting;
  let lookedAtStep = 0;
  // The step of the look itself, not that of its answer's arrival: what commits in between was not seen.
  const looking = <Found>(look: () => Promise<Found>): Promise<Found> => {
    lookedAtStep = world.scheduler.step();
    return look();
  };
  const observing: Journal = {
    ...shared,
    readStream: (tenant, stream) => looking(() => shared.readStream(tenant, stream)),
    findAnswer: (known) => looking(() => shared.findAnswer(known)),
  };
  const observed = journalAt(life, observing, commands);
  const handled = await perform(setting, bind(observed), request, idempotency);
  switch (handled.kind) {
    case 'done':
      return handled.answer === null ? { kind: 'accepted', id: 'reviewed' } : accepted(handled.answer.body);
    case 'replayed':
      return accepted(handled.answer.body);
    case 'key_reused':
      return { kind: 'key_reused' };
    case 'refused':
      return { kind: 'refused', code: handled.refusal.code, decidedAtStep: lookedAtStep };
  }
}

const accepted = (body: string): Reply => ({ kind: 'accepted', id: body });

function perform(
  { life, world }: Setting,
  commands: ReturnType<typeof bindPayments>,
  { tenant, body }: Request,
  idempotency: IdempotentRequest,
): Promise<Handled<Charge, string>> {
  const metadata = { actor: 'key_simulated', correlationId: idempotency.keyHash.toString('hex') };
  const answering = (id: string): Context => ({
    tenant,
    metadata,
    idempotency: { ...idempotency, answer: () => ({ status: 201, body: id }) },
  });
  switch (body.operation) {
    case 'create': {
      const chargeId = newId('ch', world.ids);
      return commands.createCharge(creation(body, chargeId, life.clock()), answering(chargeId));
    }
    case 'capture': {
      const captureId = newId('cap', world.ids);
      const command = { ...body, amount: amountOf(body), captureId, requestedAt: life.clock() };
      return commands.captureCharge(command, answering(captureId));
    }
    case 'cancel':
      return commands.cancelCharge(body, answering(body.chargeId));
    case 'refund': {
      const refundId = newId('re', world.ids);
      const created = { reason: null, metadata: {}, createdAt: life.clock() };
      const command = { chargeId: body.chargeId, refundId, amount: amountOf(body), ...created };
      return commands.requestRefund(command, answering(refundId));
    }
    case 'review':
      return commands.reviewCharge(body, { tenant, metadata: { ...metadata, actor: 'staff' } });
  }
}

const amountOf = ({
  amountMinor,
  currency,
}: {
  readonly amountMinor: number | null;
  readonly currency: Currency;
}) => (amountMinor === null ? null : money(BigInt(amountMinor), currency));

const creation = (
  body: Extract<Body, { operation: 'create' }>,
  chargeId: ChargeId,
  createdAt: number,
): CreateCharge => ({
  chargeId,
  amount: money(BigInt(body.amountMinor), body.currency),
  paymentToken: body.paymentToken,
  captureMethod: body.captureMethod,
  assessment: body.assessment,
  risk: null,
  description: null,
  customerReference: null,
  statementDescriptor: null,
  metadata: {},
  livemode: false,
  provider: 'stripe',
  returnUrl: null,
  createdAt,
  expiresAt: createdAt + body.lifetimeMs,
});
