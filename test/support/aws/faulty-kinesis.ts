import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Emulator } from './emulator-process';
import { bodyOf, startLoopbackServer } from './loopback-server';

interface PutRequest {
  readonly StreamName: string;
  readonly Records: readonly { readonly PartitionKey: string; readonly Data: string }[];
}

interface PutResult {
  readonly SequenceNumber?: string;
  readonly ShardId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

/** What one PutRecords request meets. */
export type Fault =
  | { readonly kind: 'none' }
  /** Kinesis takes the others and refuses these, by their index in the request. */
  | { readonly kind: 'refuse'; readonly indexes: ReadonlySet<number> }
  | { readonly kind: 'error'; readonly status: 400 | 500; readonly type: string }
  /** The records are taken, and the answer never comes. */
  | { readonly kind: 'silence' };

export interface FaultyKinesis extends Emulator {
  /** Decides about every PutRecords request from now on. */
  plan(decide: (request: PutRequest) => Fault): void;
  /** The size of each PutRecords request so far, in records. */
  requests(): readonly number[];
  /** The most PutRecords requests that were under way at once. */
  mostInFlight(): number;
}

/**
 * Stands before a Kinesis emulator and lets PutRecords fail as Kinesis does: for some records of a request, which no
 * emulator can. Everything else passes through.
 */
export async function startFaultyKinesis(emulator: { readonly endpoint: string }): Promise<FaultyKinesis> {
  let decide: (request: PutRequest) => Fault = () => ({ kind: 'none' });
  const sizes: number[] = [];
  let inFlight = 0;
  let most = 0;

  const put = async (request: IncomingMessage, response: ServerResponse, body: string) => {
    const asked = JSON.parse(body) as PutRequest;
    sizes.push(asked.Records.length);
    const fault = decide(asked);
    if (fault.kind === 'error') {
      answer(response, fault.status, JSON.stringify({ __type: fault.type, message: 'planned' }));
      return;
    }
    const refused = fault.kind === 'refuse' ? fault.indexes : new Set<number>();
    const taken = asked.Records.filter((_, index) => !refused.has(index));
    const results: PutResult[] = [];
    if (taken.length > 0) {
      const passed = await pass(emulator.endpoint, request, JSON.stringify({ ...asked, Records: taken }));
      results.push(...(JSON.parse(passed.text) as { Records: PutResult[] }).Records);
    }
    if (fault.kind === 'silence') return;
    const Records = asked.Records.map((_, index) => (refused.has(index) ? refusal : results.shift()));
    answer(response, 200, JSON.stringify({ FailedRecordCount: refused.size, Records }));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    if (request.headers['x-amz-target'] !== 'Kinesis_20131202.PutRecords') {
      const passed = await pass(emulator.endpoint, request, body);
      answer(response, passed.status, passed.text);
      return;
    }
    inFlight += 1;
    most = Math.max(most, inFlight);
    try {
      await put(request, response, body);
    } finally {
      inFlight -= 1;
    }
  };
  const server = await startLoopbackServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return {
    ...server,
    plan: (next) => {
      decide = next;
    },
    requests: () => sizes,
    mostInFlight: () => most,
  };
}

const refusal: PutResult = {
  ErrorCode: 'ProvisionedThroughputExceededException',
  ErrorMessage: 'Rate exceeded for shard',
};
const passTimeoutMs = 10_000;

async function pass(
  endpoint: string,
  { headers }: IncomingMessage,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const named = ['authorization', 'content-type', 'x-amz-target', 'x-amz-date'] as const;
  const passed = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: Object.fromEntries(named.map((name) => [name, (headers[name] ?? '').toString()])),
    signal: AbortSignal.timeout(passTimeoutMs),
  });
  return { status: passed.status, text: await passed.text() };
}

const answer = (response: ServerResponse, status: number, text: string) =>
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
