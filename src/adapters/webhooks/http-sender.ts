import { type LookupAddress, type LookupAllOptions, lookup as lookUp } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { holdsCardNumber, storableText } from '../../core/kernel';
import type { RefuseUrl, WebhookAnswer, WebhookRequest, WebhookSender } from '../../core/webhooks';
import { signWebhook } from './sign';
import { isPublicAddress } from './target';

export interface HttpSenderOptions {
  readonly refuseUrl: RefuseUrl;
  readonly arePrivateAllowed: boolean;
  /** From the first byte sent to the last byte read. @default 15000 */
  readonly timeoutMs?: number;
  /** Resolves names. @default that of the system */
  readonly lookup?: typeof lookUp;
}

const defaultTimeoutMs = 15_000;
/** Kept of an answer, and read of it. */
const longestAnswerBytes = 4_096;
const longestAnswerCharacters = 1_000;
const userAgent = 'FinCore-Webhooks/1.0';

/**
 * Sends webhooks over HTTP. The address is checked when the connection is made, after the name is resolved: a name
 * that is public when it is registered and private later is blocked then.
 */
export function createHttpSender(options: HttpSenderOptions): WebhookSender & { close(): void } {
  const { refuseUrl, arePrivateAllowed, timeoutMs = defaultTimeoutMs, lookup = lookUp } = options;
  // A connection that is kept was checked when it was made. One that may be private serves nobody else.
  const open = openConnections(timeoutMs, {});
  const guarded = openConnections(timeoutMs, { lookup: guardedLookup(lookup) });

  function ask(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    const url = new URL(request.url);
    const isSecure = url.protocol === 'https:';
    const connections = arePrivateAllowed && !request.livemode ? open : guarded;
    const body = Buffer.from(request.body);
    const headers = {
      ...signWebhook(request),
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': userAgent,
    };
    return new Promise((resolve, reject) => {
      const agent = isSecure ? connections.https : connections.http;
      const send = isSecure ? requestHttps : requestHttp;
      let isAnswered = false;
      const sent = send(url, { method: 'POST', agent, signal, headers }, (response) => {
        isAnswered = true;
        readAnswer(response).then(resolve, reject);
      });
      sent.on('error', reject);
      // A switch of protocols is no answer. Without a listener the request would end without a word.
      sent.on('upgrade', (_response, socket: Duplex) => {
        socket.destroy();
        reject(new Error('the receiver asked for another protocol'));
      });
      sent.on('close', () => {
        if (!isAnswered) reject(new Error('the connection was closed'));
      });
      sent.end(body);
    });
  }

  return {
    async send(request) {
      const reason = refuseUrl(request.url, request.livemode);
      if (reason !== null) return { kind: 'unanswered', failure: `is blocked: its URL ${reason}` };
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await ask(request, signal);
      } catch (error) {
        const failure = signal.aborted
          ? `gave no whole answer within ${String(timeoutMs / 1_000)} s`
          : failureInWords(error);
        return { kind: 'unanswered', failure };
      }
    },
    close() {
      for (const { http, https } of [open, guarded]) {
        http.destroy();
        https.destroy();
      }
    },
  };
}

function openConnections(timeoutMs: number, how: { readonly lookup?: LookupFunction }) {
  const settings = { keepAlive: true, maxSockets: 64, maxFreeSockets: 64, timeout: timeoutMs, ...how };
  return { http: new HttpAgent(settings), https: new HttpsAgent(settings) };
}

/** A name led to an address that is not public. */
class AddressBlocked extends Error {
  override readonly name = 'AddressBlocked';
}

/** Resolves a name to its public addresses; one that is not public blocks them all. */
const guardedLookup =
  (lookup: typeof lookUp): LookupFunction =>
  (hostname, { all = false, ...options }, callback) => {
    lookup(hostname, { ...options, all: true } as LookupAllOptions, (failure, addresses) => {
      // Without addresses then, not with an empty list.
      if (failure !== null) {
        callback(failure, '');
        return;
      }
      const [first] = addresses as readonly (LookupAddress | undefined)[];
      const isBlocked = addresses.some(({ address }) => !isPublicAddress(address));
      if (isBlocked || first === undefined) callback(new AddressBlocked(hostname), '');
      else if (all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

async function readAnswer(response: IncomingMessage): Promise<WebhookAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    // What lies beyond is not read: the connection ends here, with what is open of it.
    if (length >= longestAnswerBytes) break;
  }
  const text = Buffer.concat(chunks).subarray(0, longestAnswerBytes).toString('utf8');
  return {
    kind: 'answered',
    statusCode: response.statusCode ?? 0,
    answer: keepable(text),
    retryAfterMs: retryAfterMs(response.headers['retry-after']),
  };
}

/** What a receiver answers may be anything. */
const keepable = (text: string): string =>
  holdsCardNumber(text)
    ? '(not kept: it looks like it holds a card number)'
    : storableText(text.slice(0, longestAnswerCharacters));

/** Seconds or a date; null for anything else. @source RFC 9110, section 10.2.3 */
export function retryAfterMs(header: string | undefined, nowMs = Date.now()): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

function failureInWords(error: unknown): string {
  if (error instanceof AddressBlocked)
    return 'is blocked: its name leads to a private, local or reserved address';
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? `gave no answer: ${code}` : 'gave no answer';
}
