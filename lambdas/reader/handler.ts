import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { openedOnce } from '../../src/compose/aws/function-stores';
import { observeFunction } from '../../src/compose/aws/observe-function';
import { openStreamReader } from '../../src/compose/aws/open-stream-reader';
import { readEnvironment } from '../../src/configuration/read-environment';
import { readerVariables } from './environment';

const environment = readEnvironment(readerVariables, process.env);
const observation = observeFunction(environment.FINCORE_READER, environment);
const reader = openedOnce(() => openStreamReader(environment, observation));

/** Keeps a read model, the ledger or the audit as the journal says, woken by events of the stream. */
export const handler = middy<KinesisStreamEvent, KinesisStreamBatchResponse>()
  .use(injectLambdaContext(observation.logger))
  .use(captureLambdaHandler(observation.tracer, { captureResponse: false }))
  .use(logMetrics(observation.metrics, { captureColdStartMetric: true }))
  .handler(async (event, context) => (await reader())(event, context));
