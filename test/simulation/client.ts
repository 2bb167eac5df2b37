import type { ChargeId, TenantId } from '../../src/core/kernel';
import type { ExistingCharge } from '../../src/core/payments';
import type { Node } from './node';
import type { Random } from './random';
import type { Answer, Asked, Request } from './requests';
import type { World } from './world';

/** A merchant's program: it asks until it is answered, and writes the answers down for the auditor. */
export interface Client {
  ask(request: Request): Promise<Answer>;
  /** Looks at a charge, ever more seldom, until `until` holds or its patience ends. */
  watch(
    tenant: TenantId,
    chargeId: ChargeId,
    until: (charge: ExistingCharge) => boolean,
  ): Promise<ExistingCharge | null>;
  think(longestMs: number): Promise<void>;
}

const maxTries = 400;
const firstPauseMs = 200;
const longestPauseMs = 600_000;
const maxLooks = 14;

export function createClient(
  world: World,
  random: Random,
  nodes: readonly [Node, ...Node[]],
  asked: Asked[],
): Client {
  const { scheduler } = world;
  const pause = (tries: number) =>
    scheduler.sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** tries) * (0.5 + random.next()));

  return {
    async ask(request) {
      for (let tries = 0; tries < maxTries; tries += 1) {
        world.trace(`client asks ${request.tenant} ${request.key} ${JSON.stringify(request.body)}`);
        const reply = await random.pick(nodes).serve(request);
        world.trace(`client hears ${JSON.stringify(reply)}`);
        if (reply.kind !== 'try_again') {
          asked.push({ request, answer: reply });
          return reply;
        }
        await pause(Math.min(tries, 12));
      }
      world.violate(`[4] ${request.key} of ${request.tenant} was never answered`);
      return { kind: 'refused', code: 'never_answered', decidedAtStep: 0 };
    },
    async watch(tenant, chargeId, until) {
      for (let looks = 0; looks < maxLooks; looks += 1) {
        const charge = await random.pick(nodes).find(tenant, chargeId);
        if (charge === null) world.violate(`[4] the accepted charge ${chargeId} is not to be found`);
        if (charge && until(charge)) return charge;
        await pause(looks);
      }
      return null;
    },
    think: (longestMs) => scheduler.sleep(random.between(0, longestMs)),
  };
}
