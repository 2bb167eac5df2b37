import type { Asked } from '../requests';
import type { World } from '../world';
import { checkAnswers } from './answers';
import { checkCardNumbers } from './card-numbers';
import { checkChains } from './chains';
import { checkDelivery } from './delivery';
import type { Check, Evidence } from './evidence';
import { checkOneCharge, checkTotals } from './money';
import { checkDecided, checkSameStory } from './outcomes';
import { checkPostings } from './postings';
import { checkRebuild, checkRows } from './read-models';
import { storiesOf } from './story';

const checks: readonly Check[] = [
  checkPostings,
  checkOneCharge,
  checkTotals,
  checkDecided,
  checkSameStory,
  checkRows,
  checkChains,
  checkAnswers,
  checkDelivery,
  checkCardNumbers,
];

/**
 * Looks at everything when all has come to rest. It goes by what clients were told and by the PSP's books, and
 * reads the journal with rules of its own, so that a mistake of the core is not repeated here.
 */
export async function audit({
  world,
  asked,
  commitSteps,
}: {
  readonly world: World;
  readonly asked: readonly Asked[];
  readonly commitSteps: ReadonlyMap<string, number>;
}): Promise<readonly string[]> {
  const { books, psp } = world;
  const events = await books.records.read(0, Number.MAX_SAFE_INTEGER);
  const evidence: Evidence = {
    asked,
    payments: [...psp.payments()],
    events,
    stories: storiesOf(events),
    entries: [...books.ledger.rows.entries.values()].flat(),
    books,
    commitSteps,
  };
  const found = checks.flatMap((check) => check(evidence));
  return found.length > 0 ? found : checkRebuild(evidence);
}
