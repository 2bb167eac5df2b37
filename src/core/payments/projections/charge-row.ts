import { type TenantId, assert } from '../../kernel';
import type { RecordedEvent } from '../../ports';
import { type ExistingCharge, chargeDecider } from '../charge';
import { chargeCodec } from '../codec';

/** A charge as lists show it: the fold of its stream, no more and no less. */
export interface ChargeRow {
  readonly tenant: TenantId;
  /** The version of the charge's stream that the row shows. */
  readonly version: number;
  readonly charge: ExistingCharge;
}

/** The row after one more event of its stream. */
export function projectCharge(row: ChargeRow | null, recorded: RecordedEvent): ChargeRow {
  const { tenant, stream, version, type } = recorded;
  const event = chargeCodec.decode(recorded);
  assert(event !== null, `${stream} holds only events of a charge, not ${type}`);
  // A skipped or repeated event would show money that never moved: better to stop than to show it.
  assert(
    version === (row?.version ?? 0) + 1,
    `${stream}: event ${String(version)} follows row version ${String(row?.version ?? 0)}`,
  );
  assert(row === null || row.tenant === tenant, `${stream} belongs to one tenant`);
  const charge = chargeDecider.evolve(row?.charge ?? chargeDecider.initial, event);
  assert(charge.status !== 'none', `${stream} begins with ChargeCreated`);
  return { tenant, version, charge };
}
