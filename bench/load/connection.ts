import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** A keep-alive connection that asks for one thing at a time. */
export interface Connection {
  /** Sends a request and waits for its whole answer. @returns the HTTP status */
  ask(request: string): Promise<number>;
  close(): void;
}

const answerTimeoutMs = 30_000;
const endOfHead = '\r\n\r\n';
const lengthHeader = /\r\ncontent-length: (\d+)\r\n/i;

/**
 * A client that costs as little as can be, because it shares the machine with what it measures: a complete one spends
 * half as much on each request as the server does. It reads answers that say their length, and no others.
 */
export async function openConnection(address: URL): Promise<Connection> {
  const socket = connect({ host: address.hostname, port: Number(address.port), noDelay: true });
  await once(socket, 'connect');
  socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('no answer in time')));
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;
  let received = '';
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = null;
  };
  socket.setEncoding('latin1');
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server hung up')));
  socket.on('data', (text: string) => {
    received = received === '' ? text : received + text;
    const status = statusOf(received);
    if (status === null || waiting === null) return;
    received = '';
    const { resolve } = waiting;
    waiting = null;
    resolve(status);
  });
  return connectionOn(socket, (settle) => (waiting = settle));
}

function connectionOn(
  socket: Socket,
  wait: (settle: { resolve: (status: number) => void; reject: (error: Error) => void }) => void,
): Connection {
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        wait({ resolve, reject });
        socket.write(request, 'latin1');
      }),
    close: () => socket.destroy(),
  };
}

/** The status of an answer that has arrived in full; null while some of it is missing. */
function statusOf(answer: string): number | null {
  const headEnd = answer.indexOf(endOfHead);
  if (headEnd < 0) return null;
  const length = lengthHeader.exec(answer)?.[1];
  if (length === undefined) throw new Error('an answer does not say its length');
  if (answer.length < headEnd + endOfHead.length + Number(length)) return null;
  return Number(answer.slice(9, 12));
}
