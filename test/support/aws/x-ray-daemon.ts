import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What X-Ray's daemon was sent, as far as tests look at it. @source the X-Ray segment documents */
export interface SegmentDocument {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
  readonly fault?: boolean;
  readonly http?: unknown;
  readonly error?: boolean;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

export interface XRayDaemon {
  /** For `AWS_XRAY_DAEMON_ADDRESS`. */
  readonly address: string;
  segments(): readonly SegmentDocument[];
  stop(): Promise<void>;
}

/** The UDP side of X-Ray's daemon: a header in JSON, a line break, a segment in JSON. It keeps what it gets. */
export async function startXRayDaemon(): Promise<XRayDaemon> {
  const segments: SegmentDocument[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message) => {
    const [, document = ''] = message.toString().split('\n');
    segments.push(JSON.parse(document) as SegmentDocument);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${String(socket.address().port)}`,
    segments: () => segments,
    async stop() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
