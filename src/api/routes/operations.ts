import { Type } from '@sinclair/typebox';
import type { Readiness } from '../dependencies';
import type { Api, RouteContext } from './api';

/** Health, readiness and metrics. */
export function operationRoutes(app: Api, context: RouteContext): void {
  healthRoute(app);
  readinessRoute(app, context);
  metricsRoute(app, context);
}

const HealthSchema = Type.Object(
  { status: Type.String(), program: Type.String() },
  { description: 'The process answers.', examples: [{ status: 'ok', program: 'fincore' }] },
);

function healthRoute(app: Api): void {
  app.get(
    '/healthz',
    {
      config: { access: 'public', probe: true },
      schema: {
        operationId: 'getHealth',
        tags: ['Operations'],
        summary: 'Is the process alive',
        description: 'Says nothing about what it depends on: a process that answers need not be restarted.',
        response: { 200: HealthSchema },
      },
    },
    () => ({ status: 'ok', program: 'fincore' }),
  );
}

const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Record(
    Type.String(),
    Type.Object({ ready: Type.Boolean(), detail: Type.Optional(Type.String()) }),
  ),
});
const readyExample = { ready: true, checks: { journal: { ready: true } } };
const notReadyExample = {
  ready: false,
  checks: { journal: { ready: false, detail: 'the database does not answer' } },
};

const readinessAnswers = {
  200: { ...ReadinessSchema, description: 'Ready.', examples: [readyExample] },
  503: { ...ReadinessSchema, description: 'Not ready.', examples: [notReadyExample] },
};

function readinessRoute(app: Api, { dependencies, load }: RouteContext): void {
  // Anybody may ask, as often as they like: those who ask at once share one answer.
  let asking: Promise<Readiness> | null = null;
  const ask = (): Promise<Readiness> =>
    (asking ??= dependencies.readiness().finally(() => {
      asking = null;
    }));
  app.get(
    '/readyz',
    {
      config: { access: 'public', probe: true },
      schema: {
        operationId: 'getReadiness',
        tags: ['Operations'],
        summary: 'Can the process take requests',
        description:
          'Asks everything that it depends on. `/readyz/journal` asks only what a charge needs to be accepted.',
        response: { ...readinessAnswers },
      },
    },
    async (_request, reply) => {
      const { ready, checks } = await ask();
      const isReady = ready && !load.isClosed();
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks });
    },
  );
  app.get(
    '/readyz/journal',
    {
      config: { access: 'public', probe: true },
      schema: {
        operationId: 'getJournalReadiness',
        tags: ['Operations'],
        summary: 'Can the process accept charges',
        description:
          'Asks the journal alone, for a load balancer that replaces what is not ready: a process whose ledger, read model or audit database does not answer still accepts charges, and another process would reach that database no better.',
        response: { ...readinessAnswers },
      },
    },
    async (_request, reply) => {
      const { checks } = await ask();
      const { journal = { ready: false } } = checks;
      const isReady = journal.ready && !load.isClosed();
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks: { journal } });
    },
  );
}

function metricsRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/metrics',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'getMetrics',
        tags: ['Operations'],
        summary: 'Fetch the metrics',
        description:
          "Prometheus' text format. Not public: a proxy on the same machine makes every caller look local, so the operator's credential is required of everybody.",
        response: {
          200: {
            description: 'The metrics of this process.',
            content: {
              'text/plain': {
                schema: Type.String({
                  examples: ['# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 1.5'],
                }),
              },
            },
          },
        },
      },
    },
    async (_request, reply) =>
      reply
        .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
        .send(await dependencies.metrics()),
  );
}
