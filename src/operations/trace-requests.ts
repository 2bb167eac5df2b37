import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { placeIn, traceBelow } from '../adapters/aws/tracing/segment';
import type { SegmentSender } from '../adapters/aws/tracing/segment-sender';
import { xRayHeaderOf } from '../adapters/aws/tracing/x-ray-header';
import { scrubbed } from '../api/logging/scrub';
import { traceOf } from '../api/plugins/trace-context';
import { isSampled } from '../core/kernel';

export interface RequestTracing {
  /** The program's name in the trace: `payment-api`. */
  readonly name: string;
  readonly sender: SegmentSender;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Makes each request of a kept trace a segment of it. What the request sets in motion then hangs below that segment,
 * since the API finds it in the headers; the answer names the trace. The API itself knows nothing of this.
 */
export function traceRequests(server: Server, { name, sender, clock }: RequestTracing): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const trace = traceOf(request.headers);
    if (trace === null || !isSampled(trace)) return;
    const begun = clock();
    const place = placeIn(trace, randomBytes(8).toString('hex'));
    const below = traceBelow(trace, place.id);
    // It counts before all other headers of traces.
    request.headers.traceparent = below;
    response.setHeader('x-amzn-trace-id', xRayHeaderOf(below));
    response.once('close', () => {
      sender.send({
        ...place,
        name,
        start_time: begun / 1_000,
        end_time: clock() / 1_000,
        ...outcomeOf(response),
        http: {
          request: { method: request.method ?? '', url: pathOf(request) },
          ...(response.writableFinished ? { response: { status: response.statusCode } } : {}),
        },
        annotations: annotationsOf(response),
      });
    });
  });
}

/** Without its query, which may name persons. */
const pathOf = ({ url = '' }: IncomingMessage): string => scrubbed(url.split('?')[0] ?? '');

function outcomeOf({ writableFinished, statusCode }: ServerResponse) {
  if (!writableFinished) return { error: true };
  if (statusCode >= 500) return { fault: true };
  if (statusCode >= 400) return { error: true, ...(statusCode === 429 ? { throttle: true } : {}) };
  return {};
}

/** Logs and problems name the request by the same id. */
function annotationsOf(response: ServerResponse): Readonly<Record<string, string>> {
  const requestId = response.getHeader('request-id');
  return typeof requestId === 'string' ? { requestId } : {};
}
