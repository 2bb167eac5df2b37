import { createSocket } from 'node:dgram';
import type { Segment } from './segment';

export interface SegmentSender {
  /** Returns before the segment is sent, and reports no loss: a trace must not hold up a payment. */
  send(segment: Segment): void;
  close(): Promise<void>;
}

export interface SegmentSenderOptions {
  /** Of the collector: `127.0.0.1:2000`. */
  readonly address: string;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
  /** Beyond it segments are left out, because X-Ray is paid by the trace. @default 100 */
  readonly maxPerSecond?: number;
  /** Receives the first failure, and of the first one after a success. */
  readonly onError: (error: Error) => void;
}

/** Before each segment. @source https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html */
const header = '{"format":"json","version":1}\n';

/** Sends segments to a collector beside this program, in a datagram each. */
export function createSegmentSender(options: SegmentSenderOptions): SegmentSender {
  const { address, clock, maxPerSecond = 100, onError } = options;
  const [host = '', port = ''] = address.split(':');
  // It keeps no program running.
  const socket = createSocket('udp4').unref();
  let isFailing = false;
  const settled = (error: Error | null): void => {
    if (error !== null && !isFailing) onError(error);
    isFailing = error !== null;
  };
  socket.on('error', settled);
  let isClosed = false;
  let second = 0;
  let sentInSecond = 0;
  const hasRoom = (): boolean => {
    const now = Math.floor(clock() / 1_000);
    if (now !== second) [second, sentInSecond] = [now, 0];
    sentInSecond += 1;
    return sentInSecond <= maxPerSecond;
  };
  return {
    send(segment) {
      if (!isClosed && hasRoom())
        socket.send(`${header}${JSON.stringify(segment)}`, Number(port), host, settled);
    },
    close: () => {
      isClosed = true;
      return new Promise((resolve) => void socket.close(() => resolve()));
    },
  };
}
