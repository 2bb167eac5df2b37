import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { FaultPlanner } from './faults/fault-planner';
import { readFaultRule } from './faults/fault-rule';
import { defaults, type StripeSimulatorOptions } from './options';
import { routes } from './resources/routes';
import { Settlements } from './resources/settlements';
import { answerApi } from './server/api';
import type { Answerer } from './server/listener';
import { answerControl } from './server/control';
import { Executor } from './server/executor';
import { createListener } from './server/listener';
import { RequestCounter } from './server/request-counter';
import { routerOf } from './server/router';
import { openStore } from './store/open-store';
import { Deliverer } from './webhooks/deliverer';
import { keepAliveTransport } from './webhooks/transport';

export type { StripeSimulatorOptions } from './options';

export interface StripeSimulator {
  readonly url: string;
  readonly port: number;
  /** Stops answering and delivering; what was acknowledged is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts a server that speaks Stripe's API on the loopback address.
 * It listens before it reads its data, so that the port keeps a second simulator off the same folder; requests that
 * arrive meanwhile wait.
 * @throws Error `EADDRINUSE` for a busy port; an error naming file and line for damaged data.
 */
export async function startStripeSimulator(options: StripeSimulatorOptions): Promise<StripeSimulator> {
  const log = options.log ?? (() => undefined);
  const ready = deferred<Answerer>();
  // Requests that wait for a start that fails learn of it; nobody else needs to.
  ready.promise.catch(() => undefined);
  const server = createListener(async (request) => (await ready.promise)(request), log);
  server.listen(options.port ?? 0, options.host ?? defaults.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${options.host ?? defaults.host}:${port}`;
  const closeServer = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, 'close');
  };
  try {
    const opened = await openStore(options, log);
    const simulator = assemble({ ...opened, options, url, log });
    ready.resolve(simulator.answer);
    return {
      url,
      port,
      stop: async () => {
        await closeServer();
        simulator.stop();
        await opened.close();
      },
    };
  } catch (error) {
    ready.reject(error);
    await closeServer();
    throw error;
  }
}

interface Parts extends Pick<Awaited<ReturnType<typeof openStore>>, 'store'> {
  readonly options: StripeSimulatorOptions;
  readonly url: string;
  readonly log: (line: string) => void;
}

function assemble({ store, options, url, log }: Parts): { readonly answer: Answerer; stop(): void } {
  const faults = new FaultPlanner();
  for (const rule of options.faults ?? []) faults.add(readFaultRule(rule));
  const counter = new RequestCounter();
  const deliverer = new Deliverer({
    store,
    transport: keepAliveTransport(defaults.webhookConcurrency),
    retryBaseMs: options.webhookRetryBaseMs ?? defaults.webhookRetryBaseMs,
    concurrency: defaults.webhookConcurrency,
    faultsFor: (delivery) => faults.forDelivery(delivery),
    log,
  });
  const settlements = new Settlements({
    store,
    settlementDelayMs: options.refundSettlementDelayMs ?? defaults.refundSettlementDelayMs,
    log,
  });
  deliverer.resume();
  settlements.resume();
  const executor = new Executor(store, () => url, log);
  const findRoute = routerOf(routes);
  return {
    answer: (request) =>
      request.url?.startsWith('/simulator') === true
        ? answerControl(request, { store, faults, counter, executor, findRoute })
        : answerApi(request, { executor, findRoute, faults, counter }),
    stop: () => {
      deliverer.stop();
      settlements.stop();
    },
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

function deferred<T>(): Deferred<T> {
  let resolve = (_value: T): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
