// One execution environment of a function: loads the bundle that its first argument names, and handles one event at a time.
const { handler } = require(process.argv[2]);

const context = (deadlineMs) => ({
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: '$LATEST',
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
  awsRequestId: require('node:crypto').randomUUID(),
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
});

const { randomBytes } = require('node:crypto');

/** Each invocation has a trace of its own, which is kept. */
const traceOfInvocation = () =>
  `Root=1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=1`;

process.on('message', async ({ event, timeoutMs }) => {
  process.env._X_AMZN_TRACE_ID = traceOfInvocation();
  try {
    const answer = await handler(event, context(Date.now() + timeoutMs));
    process.send({ kind: 'answered', answer: answer ?? null });
  } catch (error) {
    process.send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });
