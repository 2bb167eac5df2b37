import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openedOnce } from '../../src/compose/aws/function-stores';
import { observeFunction } from '../../src/compose/aws/observe-function';
import { readEnvironment } from '../../src/configuration/read-environment';
import { openWorker } from '../../src/compose/aws/worker';
import { workerVariables } from './environment';

const environment = readEnvironment(workerVariables, process.env);
const observation = observeFunction('worker', environment);
const worker = openedOnce(() => openWorker(environment, observation));

/** Does the jobs of one context, for example of payments: asks the PSP, and records its answer. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(observation.logger))
  .use(captureLambdaHandler(observation.tracer, { captureResponse: false }))
  .use(logMetrics(observation.metrics, { captureColdStartMetric: true }))
  .handler(async (event, context) => (await worker())(event, context));
