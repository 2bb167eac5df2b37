import {
  anotherTenant,
  aTenant,
  createHistory,
  eur,
  type History,
  jpy,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from './history';

/** Two tenants, two currencies, refunds that succeed, fail, and fail after they succeeded. */
export function busyHistory(): History {
  const history = createHistory();
  for (let round = 1; round <= 12; round += 1) {
    const tenant = round % 3 === 0 ? anotherTenant : aTenant;
    const amount = round % 2 === 0 ? jpy : eur;
    const chargeId = history.captured(tenant, amount(round * 100));
    const refundId = history.newRefund();
    history.record(tenant, chargeId, refundRequested(refundId, amount(round)));
    if (round % 4 !== 0) history.record(tenant, chargeId, refundSucceeded(refundId, amount(round)));
    if (round % 4 < 2)
      history.record(tenant, chargeId, refundFailed(refundId, amount(round), round % 4 === 1));
  }
  return history;
}
