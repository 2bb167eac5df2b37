import { Client, type Notification } from 'pg';
import { createWait } from '../../core/kernel';
import { type DatabaseAddress, connectionTo } from './database-address';
import { type Heartbeat, defaultHeartbeat, keepAsking } from './heartbeat';
import { startTimer } from './start-timer';

export interface ListenOptions {
  readonly connectionString: DatabaseAddress;
  readonly channel: string;
  /** Shown by the server beside the connection. */
  readonly applicationName: string;
  readonly onNotification: (notification: Notification) => void;
  /** Listening begins now: what was notified before was not heard. */
  readonly onConnect: () => void;
  readonly onError: (error: Error) => void;
  /** @default every 15 seconds */
  readonly heartbeat?: Heartbeat;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Receives the notifications of a channel, from any process. Only speed depends on it: while the connection is lost it is
 * opened again and again, and polling finds meanwhile what was missed.
 * @returns stops listening
 */
export function listen(options: ListenOptions): () => Promise<void> {
  const pause = createWait(startTimer);
  let isStopped = false;
  let hangUp = (): void => undefined;
  const isStopping = () => isStopped;

  async function run(): Promise<void> {
    let failuresInRow = 0;
    while (!isStopping()) {
      const connection = connect(options, () => (failuresInRow = 0));
      hangUp = connection.hangUp;
      await connection.ended.catch((error: unknown) =>
        options.onError(error instanceof Error ? error : new Error(String(error))),
      );
      await pause.sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** failuresInRow));
      failuresInRow += 1;
    }
  }

  const running = run();
  return async () => {
    isStopped = true;
    hangUp();
    pause.close();
    await running;
  };
}

/** One connection, until it ends or is lost. */
function connect(
  { connectionString, channel, applicationName, onNotification, onConnect, heartbeat }: ListenOptions,
  onConnected: () => void,
): { readonly ended: Promise<void>; readonly hangUp: () => void } {
  const { answerTimeoutMs } = heartbeat ?? defaultHeartbeat;
  const client = new Client({
    ...connectionTo(connectionString),
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
  });
  let hangUp = (): void => undefined;
  const lost = new Promise<void>((resolve, reject) => {
    hangUp = resolve;
    client.on('error', reject);
    client.on('end', resolve);
  });
  // The loss is awaited below; without a listener now, one during the connecting would end the process.
  lost.catch(() => undefined);
  client.on('notification', onNotification);

  async function work(): Promise<void> {
    let stopAsking = (): void => undefined;
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      stopAsking = keepAsking(client, heartbeat);
      onConnected();
      onConnect();
      await lost;
    } finally {
      stopAsking();
      await client.end().catch(() => undefined);
    }
  }
  return { ended: work(), hangUp };
}
