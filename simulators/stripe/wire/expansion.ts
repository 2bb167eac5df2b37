import { render } from '../resources/render';
import type { UnitOfWork } from '../store/unit-of-work';
import { snapshotOf, type Kind } from '../store/kinds';
import { invalidRequest } from './api-error';

/** Stripe's limits. @source docs.stripe.com/expand */
const depthLimit = 4;
const pathLimit = 20;

const kindOfPrefix: Readonly<Record<string, Kind>> = {
  ch: 'charge',
  cus: 'customer',
  dp: 'dispute',
  pi: 'payment_intent',
  pm: 'payment_method',
  po: 'payout',
  re: 'refund',
  seti: 'setup_intent',
  txn: 'balance_transaction',
};

/** Replaces ids by their objects, as `expand[]` asks. @throws ApiError for a property that cannot be expanded. */
export function expand(unit: UnitOfWork, object: object, paths: readonly string[]): object {
  if (paths.length > pathLimit) {
    throw invalidRequest(`You can expand at most ${pathLimit} properties.`, { param: 'expand' });
  }
  // A shallow copy per level keeps rendered constants, which several answers share, as they are.
  return paths.reduce(
    (expanded, path) => expandPath(unit, expanded, { steps: path.split('.'), path }),
    object,
  );
}

interface Path {
  readonly steps: readonly string[];
  readonly path: string;
}

function expandPath(unit: UnitOfWork, holder: object, { steps, path }: Path): object {
  if (steps.length > depthLimit + 1) {
    throw invalidRequest(
      `You cannot expand more than ${depthLimit} levels of a property. Property: ${path}`,
      { param: 'expand' },
    );
  }
  const [step, ...deeper] = steps;
  if (step === undefined) return holder;
  const value = lookUp(unit, holder, step, path);
  if (value === null) return holder;
  const expanded = Array.isArray(value)
    ? value.map((item: unknown) =>
        typeof item === 'object' && item !== null ? expandPath(unit, item, { steps: deeper, path }) : item,
      )
    : expandPath(unit, value, { steps: deeper, path });
  return { ...holder, [step]: expanded };
}

function lookUp(unit: UnitOfWork, holder: object, step: string, path: string): object | null {
  if (step === 'refunds') {
    const refunds = refundsOf(unit, holder);
    if (refunds !== undefined) return refunds;
  }
  const value: unknown = Object.hasOwn(holder, step) ? Reflect.get(holder, step) : undefined;
  if (value === null) return null;
  if (typeof value === 'object') return value;
  const found = typeof value === 'string' ? objectOf(unit, value) : undefined;
  if (found === undefined) {
    throw invalidRequest(
      `This property cannot be expanded (${path}). You may want to try expanding 'data.${path}' if this is a list, or no property.`,
      { param: 'expand' },
    );
  }
  return found;
}

function objectOf(unit: UnitOfWork, id: string): object | undefined {
  const kind = kindOfPrefix[id.slice(0, id.indexOf('_'))];
  const state = kind === undefined ? undefined : unit.get(kind, id);
  return kind === undefined || state === undefined ? undefined : render(snapshotOf(kind, state));
}

/** A charge shows its refunds only when asked. */
function refundsOf(unit: UnitOfWork, holder: object): object | undefined {
  if (
    !('object' in holder) ||
    holder.object !== 'charge' ||
    !('id' in holder) ||
    typeof holder.id !== 'string'
  )
    return undefined;
  const { id } = holder;
  const refunds = unit.account.collections.refund
    .referring(id)
    .filter(({ charge }) => charge === id)
    .reverse();
  return {
    object: 'list',
    data: refunds.slice(0, 10).map((state) => render({ kind: 'refund', state })),
    has_more: refunds.length > 10,
    url: `/v1/charges/${id}/refunds`,
  };
}
