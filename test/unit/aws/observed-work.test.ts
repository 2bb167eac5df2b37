import type * as ObserveFunction from '../../../src/compose/aws/observe-function';
import type * as ObservedWork from '../../../src/compose/aws/observed-work';
import { type JobHandler, RetryLater } from '../../../src/core/ports';
import { eventually } from '../../support/eventually';
import { type XRayDaemon, startXRayDaemon } from '../../support/aws/x-ray-daemon';

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const root = '1-5759e988-bd862e3fe1be46a994272793';
const jobOf = (key: string) => ({
  queue: 'payments',
  name: 'authorize-at-psp',
  key,
  attempt: 1,
  data: { tenant: 'mer_1_test', chargeId: `ch_${key}`, correlationId: `request-${key}`, trace },
});

/** As Lambda sets it for a function; the tracer reads it when it is loaded. */
const lambdaEnvironment = {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  _X_AMZN_TRACE_ID: `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`,
};

describe('the jobs of a function', () => {
  const before = process.env;
  let daemon: XRayDaemon;
  let observation: ObserveFunction.FunctionObservation;
  let lines: Readonly<Record<string, unknown>>[];
  let observe: (handler: JobHandler) => JobHandler;

  beforeAll(async () => {
    daemon = await startXRayDaemon();
    process.env = { ...before, ...lambdaEnvironment, AWS_XRAY_DAEMON_ADDRESS: daemon.address };
    const { observeFunction } = jest.requireActual<typeof ObserveFunction>(
      '../../../src/compose/aws/observe-function',
    );
    const { observedWork } = jest.requireActual<typeof ObservedWork>(
      '../../../src/compose/aws/observed-work',
    );
    observation = observeFunction('worker', { FINCORE_STAGE: 'dev' });
    observe = (handler) => observedWork(handler, observation, Date.now);
  });
  afterAll(async () => {
    process.env = before;
    await daemon.stop();
  });
  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(JSON.parse(String(text)) as Readonly<Record<string, unknown>>);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('are told with the correlation id and the trace of their request', async () => {
    await observe(() => Promise.resolve())(jobOf('k1'));
    expect(lines).toMatchObject([
      {
        level: 'INFO',
        service: 'worker',
        stage: 'dev',
        message: 'a job is done',
        job: 'authorize-at-psp',
        key: 'k1',
        correlationId: 'request-k1',
        trace,
      },
    ]);
  });

  test('are segments of their own in the trace, also side by side, and say when they failed', async () => {
    const handler = observe(async ({ key }) => {
      await Promise.resolve();
      if (key === 'k3') throw new RetryLater('not yet');
    });
    await Promise.allSettled([handler(jobOf('k2')), handler(jobOf('k3'))]);
    const segmentOf = (key: string) =>
      eventually(() => {
        const segment = daemon.segments().find(({ annotations }) => annotations?.['key'] === key);
        if (segment === undefined) throw new Error(`no segment of ${key} has come`);
        return segment;
      });
    expect(await segmentOf('k2')).toMatchObject({
      name: 'authorize-at-psp',
      trace_id: root,
      annotations: { correlationId: 'request-k2', trace, chargeId: 'ch_k2', attempt: 1 },
    });
    expect(await segmentOf('k2')).not.toHaveProperty('error');
    expect(await segmentOf('k3')).toMatchObject({
      error: true,
      annotations: { correlationId: 'request-k3' },
    });
  });
});
