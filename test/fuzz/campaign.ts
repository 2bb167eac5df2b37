import fc from 'fast-check';
import type { ApiDocument } from './api-document';
import { type BuiltRequest, type Credentials, buildRequest, ownerOf } from './built-request';
import { type Draft, namesForeign } from './draft';
import { type Ask, followUpFaults, foreignFaults } from './follow-up';
import { type Exchange, type Judge, parsed } from './judge';
import type { KnownIds } from './known-ids';
import { withMutations } from './mutations';
import { validDraft } from './valid-draft';
import type { WireAnswer, WireClient } from './wire-client';
import { distortedInEachWay } from './wire-mutations';

export interface Campaign {
  readonly document: ApiDocument;
  readonly credentials: Credentials;
  readonly known: KnownIds;
  readonly judge: Judge;
  readonly wire: WireClient;
  readonly seed: number;
  readonly requests: number;
  readonly concurrency: number;
}

export interface Finding {
  readonly exchange: Exchange;
  readonly faults: readonly string[];
}

export interface CampaignResult {
  readonly findings: readonly Finding[];
  /** Requests sent, those that followed up included. */
  readonly sent: number;
  /** Answers by operation and status, for example `createCharge 201`. */
  readonly answers: ReadonlyMap<string, number>;
  /** How often each mutation was tried. */
  readonly mutations: ReadonlyMap<string, number>;
  /** Charges that were accepted, for the books to account for, by the tenant that made them. */
  readonly charges: readonly [ReadonlySet<string>, ReadonlySet<string>];
}

/** Enough to see a pattern; a broken server would otherwise fill the screen. */
const maxFindings = 25;
const chunkSize = 500;

/** Sends made-up requests, several at a time, and judges every answer. */
export async function runCampaign(campaign: Campaign): Promise<CampaignResult> {
  const { known, credentials, judge, wire, document } = campaign;
  const findings: Finding[] = [];
  const answers = new Map<string, number>();
  const mutations = new Map<string, number>();
  const charges = [new Set<string>(), new Set<string>()] as const;
  let sent = 0;

  const ask: Ask = async (draft, changed = {}) => {
    const request: BuiltRequest = { ...buildRequest(draft, known, credentials), ...changed };
    return exchanged(draft, request);
  };

  async function exchanged(draft: Draft, request: BuiltRequest): Promise<Exchange> {
    sent += 1;
    const answer: WireAnswer = await (draft.distortion === null
      ? wire.send(request)
      : wire.sendDistorted(request, draft.distortion));
    const exchange = { draft, request, answer };
    note(answers, `${draft.operation.operationId} ${String(answer.status)}`);
    noteCharge(exchange);
    const faults = judge.faultsOf(exchange);
    if (faults.length > 0) findings.push({ exchange, faults });
    return exchange;
  }

  async function play(draft: Draft): Promise<void> {
    for (const name of draft.mutations) note(mutations, name);
    const first = await ask(draft);
    learn(first);
    const again: Ask = (next, changed = {}) =>
      // A retry names what the first one named, although more is known by now.
      exchanged(next, {
        ...(next === draft ? first.request : buildRequest(next, known, credentials)),
        ...changed,
      });
    const faults = await followUpFaults(first, again);
    if (faults.length > 0) findings.push({ exchange: first, faults });
    const canBeForeign = draft.operation.callers.includes('secretKey') && namesForeign(draft);
    if (draft.mutations.length > 0 || !canBeForeign || first.answer.status < 400) return;
    const told = await foreignFaults(first, ask);
    if (told.length > 0) findings.push({ exchange: first, faults: told });
  }

  function learn({ draft, answer }: Exchange): void {
    if (answer.status >= 300 || draft.mutations.length > 0) return;
    const value = parsed(answer.body.toString('utf8'));
    if (draft.operation.callers.length > 0) known.learn(ownerOf(draft, 'own'), value);
  }

  function noteCharge({ draft, answer }: Exchange): void {
    if (answer.status !== 201 || draft.operation.operationId !== 'createCharge') return;
    const made = parsed(answer.body.toString('utf8')) as { readonly id: string };
    charges[draft.tenant].add(made.id);
  }

  const drafts = draftsOf(document, campaign.seed, campaign.requests);
  const workers = Array.from({ length: campaign.concurrency }, async () => {
    for (const draft of drafts) {
      if (findings.length >= maxFindings) return;
      await play(draft);
    }
  });
  await Promise.all(workers);
  return { findings, sent, answers, mutations, charges };
}

const note = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

/** The same seed makes the same drafts in the same order; which ids they meet depends on what the server made. */
function* draftsOf(document: ApiDocument, seed: number, count: number): Generator<Draft> {
  const draft = fc.oneof(
    ...document.operations.map((operation) => ({
      weight: operation.method === 'POST' ? 3 : operation.path.startsWith('/v1/') ? 2 : 1,
      arbitrary: withMutations(validDraft(operation)),
    })),
  );
  for (let made = 0; made < count; made += chunkSize)
    yield* fc.sample(draft, { seed: seed + made, numRuns: Math.min(chunkSize, count - made) });
  yield* distortedDrafts(document, seed);
}

/** Every distortion once, whatever was drawn before: there are too many of them to leave each to luck. */
function distortedDrafts({ operations }: ApiDocument, seed: number): readonly Draft[] {
  return distortedInEachWay.flatMap((distort, index) => {
    const operation = operations[(seed + index) % operations.length];
    if (operation === undefined) return [];
    return fc.sample(validDraft(operation).map(distort), { seed: seed + index, numRuns: 1 });
  });
}
