import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly path: string;
}

/** Answers a webhook. @returns the status, or null when it answers by itself or never */
export type Answering = (webhook: ReceivedWebhook, response: ServerResponse) => number | null;

export interface Receiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** What it answers from now on. */
  answer(answering: Answering): void;
  stop(): Promise<void>;
}

/** A merchant's server, on a free port of this machine. It answers 200 until told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedWebhook[] = [];
  let answering: Answering = () => 200;
  const server = createServer((request, response) => {
    void read(request).then((webhook) => {
      received.push(webhook);
      const status = answering(webhook, response);
      if (status !== null) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    answer(next) {
      answering = next;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function read(request: IncomingMessage): Promise<ReceivedWebhook> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return { headers, body: Buffer.concat(chunks).toString('utf8'), path: request.url ?? '' };
}
