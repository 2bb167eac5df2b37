import { setTimeout as pause } from 'node:timers/promises';
import { aboutUnknown, type Draft } from './draft';
import { type Exchange, parsed } from './judge';

/** Sends a draft again, perhaps changed, and gives what came of it. */
export type Ask = (draft: Draft, changed?: { readonly body?: Buffer }) => Promise<Exchange>;

const isAccepted = ({ answer }: Exchange) => answer.status < 400;
const codeIn = ({ answer }: Exchange) =>
  String((parsed(answer.body.toString('utf8')) as Record<string, unknown> | undefined)?.['code']);
const idIn = ({ answer }: Exchange) =>
  (parsed(answer.body.toString('utf8')) as Record<string, unknown> | undefined)?.['id'];

/** A server that is busy says for how long; so often a caller comes again before it gives up. */
const maxReturns = 5;

/** Asks as a caller does who keeps to Retry-After: what comes of it is an answer to the request, not to the moment. */
const patiently =
  (ask: Ask): Ask =>
  async (draft, changed) => {
    let exchange = await ask(draft, changed);
    for (let returns = 0; returns < maxReturns && exchange.answer.status === 503; returns += 1) {
      await pause(1_000 * Number(exchange.answer.headers['retry-after'] ?? 1));
      exchange = await ask(draft, changed);
    }
    return exchange;
  };

/** What must hold between two answers: retries, keys used again, and strangers. Statements that do not are returned. */
export async function followUpFaults(first: Exchange, askOnce: Ask): Promise<readonly string[]> {
  const ask = patiently(askOnce);
  switch (first.draft.followUp) {
    case 'none':
      return [];
    case 'replay':
      return isAccepted(first) ? replayFaults(first, await ask(first.draft)) : [];
    case 'other_body':
      return isAccepted(first) ? reuseFaults(first, ask) : [];
    case 'other_tenant':
      return isAccepted(first) ? strangerFaults(first, ask) : [];
  }
}

function replayFaults(first: Exchange, again: Exchange): string[] {
  const faults: string[] = [];
  if (again.answer.status !== first.answer.status)
    faults.push(`a retry was answered ${String(again.answer.status)}, not ${String(first.answer.status)}`);
  if (again.answer.headers['idempotent-replayed'] !== 'true') faults.push('a retry is not marked as one');
  // A key's text is shown once, and a wait shows the state of its moment: there the object must be the same.
  const isFixed =
    first.draft.operation.callers.includes('secretKey') && first.draft.headers['prefer'] === undefined;
  const isSame = isFixed ? withoutSecret(again) === withoutSecret(first) : idIn(again) === idIn(first);
  if (!isSame) faults.push('a retry was answered with another body');
  return faults;
}

/** A secret is shown once, in the first answer. */
const withoutSecret = ({ answer }: Exchange): string =>
  answer.body.toString('utf8').replace(/"secret":(?:null|"whsec_[^"]*")/, '');

async function reuseFaults(first: Exchange, ask: Ask): Promise<readonly string[]> {
  const body = Buffer.concat([first.request.body ?? Buffer.from('{}'), Buffer.from(' ')]);
  const again = await ask(first.draft, { body });
  return codeIn(again) === 'idempotency_key_reused'
    ? []
    : [`a key with another body was answered ${String(again.answer.status)} ${codeIn(again)}`];
}

/** The same key is another tenant's own key: an object of its own, or a refusal that has nothing to do with keys. */
async function strangerFaults(first: Exchange, ask: Ask): Promise<readonly string[]> {
  const { draft } = first;
  if (!draft.operation.callers.includes('secretKey')) return [];
  const other = await ask({ ...draft, tenant: draft.tenant === 0 ? 1 : 0 });
  const faults: string[] = [];
  if (other.answer.headers['idempotent-replayed'] !== undefined)
    faults.push("another tenant's key was replayed");
  if (codeIn(other) === 'idempotency_key_reused') faults.push("another tenant's key was known");
  if (isAccepted(other) && idIn(other) === idIn(first)) faults.push("another tenant's object was given out");
  return faults;
}

/** A stranger's id and one that nobody has look alike. */
export async function foreignFaults(foreign: Exchange, ask: Ask): Promise<readonly string[]> {
  const unknownOne = aboutUnknown(foreign.draft);
  const headers = { ...unknownOne.headers };
  if ('idempotency-key' in headers) headers['idempotency-key'] = `${headers['idempotency-key']}-unknown`;
  const unknown = await ask({ ...unknownOne, headers });
  // Anyone who is told to come again has been told nothing of the id.
  if ([unknown, foreign].some(({ answer }) => answer.status === 503)) return [];
  const faults: string[] = [];
  if (unknown.answer.status !== foreign.answer.status)
    faults.push(
      `a stranger's id is answered ${String(foreign.answer.status)}, an unknown one ${String(unknown.answer.status)}`,
    );
  else if (comparable(unknown) !== comparable(foreign))
    faults.push("a stranger's id is told from an unknown one");
  return faults;
}

/** The body without what differs by right: the ids asked for and the request's own. */
function comparable({ request, answer }: Exchange): string {
  let text = answer.body.toString('utf8').replace(/"request_id":"[^"]*"/, '');
  for (const id of request.ids) text = text.replaceAll(id, 'ID');
  return text.replaceAll(encodeURI(request.target.split('?', 1)[0] ?? ''), 'PATH');
}
