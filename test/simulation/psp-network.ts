import { type PspGateway, PspUnavailable, type PspUnknown } from '../../src/core/ports';
import type { Incarnation } from './incarnation';
import type { World } from './world';

const timedOut: PspUnknown = { kind: 'unknown', reason: 'The provider did not answer in time.' };
const longestRetryAfterMs = 5_000;

/** The way from one process to the PSP and back: where requests, answers or both get lost. */
export function pspAt(life: Incarnation, world: World): PspGateway {
  const { psp, chaos, random, scheduler } = world;
  const slowly = { extraMs: () => (chaos.strikes('slow_worker') ? random.between(30_000, 150_000) : 0) };

  function assertReachable(): void {
    if (chaos.isPspOut() || chaos.strikes('psp_refuses_connection'))
      throw new PspUnavailable('connection refused');
    if (chaos.strikes('psp_rate_limit'))
      throw new PspUnavailable('too many requests', random.between(0, longestRetryAfterMs));
  }

  const write =
    <Request, Outcome>(label: string, call: (request: Request) => Promise<Outcome>) =>
    (request: Request): Promise<Outcome | PspUnknown> =>
      life.port(
        `psp ${label}`,
        async () => {
          assertReachable();
          if (chaos.strikes('psp_times_out_before')) return traced(world, label, 'is lost');
          if (chaos.strikes('psp_times_out_and_acts_late')) {
            scheduler.after(random.between(1, 90_000), () => {
              world.trace(`psp ${label} takes effect late`);
              void call(request).then(() => world.flushNotices());
            });
            return traced(world, label, 'is late');
          }
          const outcome = await call(request);
          world.flushNotices();
          return chaos.strikes('psp_times_out_after') ? traced(world, label, 'is not answered') : outcome;
        },
        slowly,
      );
  const look =
    <Request, Found>(label: string, call: (request: Request) => Promise<Found>) =>
    (request: Request): Promise<Found> =>
      life.port(
        `psp ${label}`,
        async () => {
          assertReachable();
          if (chaos.strikes('psp_times_out_before')) throw new PspUnavailable('no answer');
          return call(request);
        },
        slowly,
      );

  return {
    name: psp.name,
    amountRefusal: (amount) => psp.amountRefusal(amount),
    authorize: write('authorize', (request: Parameters<PspGateway['authorize']>[0]) =>
      psp.authorize(request),
    ),
    withdraw: write('withdraw', (request: Parameters<PspGateway['withdraw']>[0]) => psp.withdraw(request)),
    capture: write('capture', (request: Parameters<PspGateway['capture']>[0]) => psp.capture(request)),
    cancel: write('cancel', (request: Parameters<PspGateway['cancel']>[0]) => psp.cancel(request)),
    refund: write('refund', (request: Parameters<PspGateway['refund']>[0]) => psp.refund(request)),
    findPayment: look('findPayment', (query: Parameters<PspGateway['findPayment']>[0]) =>
      psp.findPayment(query),
    ),
    findRefund: look('findRefund', (query: Parameters<PspGateway['findRefund']>[0]) => psp.findRefund(query)),
    listRefunds: look('listRefunds', (query: Parameters<PspGateway['listRefunds']>[0]) =>
      psp.listRefunds(query),
    ),
    verifyNotice: (request) => psp.verifyNotice(request),
  };
}

function traced(world: World, label: string, what: string): PspUnknown {
  world.trace(`psp ${label} ${what}`);
  return timedOut;
}
