import { type SignedNotice, signNotice } from '../../src/adapters/memory/psp-notices';
import type { PspNotice } from '../../src/core/ports';
import { createExpiry } from './authorization-expiry';
import { createDashboard } from './dashboard';
import type { FaultPlan } from './faults';
import type { Node } from './node';
import { createPayer } from './payer';
import type { World } from './world';

/** What the memory PSP signs with unless it is told otherwise. */
const secret = 'memory-psp';
/** Waits between deliveries that were not acknowledged, as a PSP spreads them over three days. */
const redeliveryMs = [
  5_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000, 36_000_000,
];

/** Carries the PSP's notices to whichever node answers: late, twice, out of order, or never. */
export function createNoticeTransport(
  world: World,
  {
    authorizations,
    dashboardShare,
    paidAgainShare,
  }: Pick<FaultPlan, 'authorizations' | 'dashboardShare' | 'paidAgainShare'>,
  nodes: () => readonly [Node, ...Node[]],
) {
  const { scheduler, chaos, random } = world;
  const payer = createPayer(world, { paidAgainShare });
  const expiry = createExpiry(world, authorizations);
  const dashboard = createDashboard(world, { share: dashboardShare });

  function deliver(notice: PspNotice, attempt: number): void {
    const node = random.pick(nodes());
    // Signed again each time, as PSPs do: an old signature would be refused for its age.
    const signed = signNotice(notice, secret, scheduler.now());
    void node.notice(signed).then((isAcknowledged) => {
      const waitMs = redeliveryMs[attempt];
      if (!isAcknowledged && waitMs !== undefined)
        scheduler.after(waitMs, () => deliver(notice, attempt + 1));
    });
  }

  return (signed: readonly SignedNotice[]): void => {
    for (const { rawBody } of signed) {
      const notice = JSON.parse(rawBody.toString('utf8')) as PspNotice;
      payer(notice);
      expiry(notice);
      dashboard(notice);
      // Only a notice tells of a refund that was made at the PSP: nobody looks through all payments for one.
      const isLost = notice.type !== 'charge.refunded' && chaos.strikes('notice_lost');
      world.trace(`notice ${notice.eventId} ${notice.type}${isLost ? ' is lost' : ''}`);
      const copies = isLost ? 0 : chaos.strikes('notice_duplicated') ? random.between(2, 4) : 1;
      for (let copy = 0; copy < copies; copy += 1)
        scheduler.after(random.between(1, chaos.strikes('notice_late') ? 3_600_000 : 1_500), () =>
          deliver(notice, 0),
        );
    }
  };
}
