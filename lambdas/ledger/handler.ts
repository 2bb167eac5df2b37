import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { openedOnce } from '../../src/compose/aws/function-stores';
import { observeFunction } from '../../src/compose/aws/observe-function';
import { readEnvironment } from '../../src/configuration/read-environment';
import { openLedger } from '../../src/compose/aws/stream-readers';
import { ledgerVariables } from './environment';

const environment = readEnvironment(ledgerVariables, process.env);
const observation = observeFunction('ledger', environment);
const ledger = openedOnce(() => openLedger(environment, observation));

/** Keeps LedgerDB as the journal says, woken by what the stream carries. */
export const handler = middy<KinesisStreamEvent, KinesisStreamBatchResponse>()
  .use(injectLambdaContext(observation.logger))
  .use(captureLambdaHandler(observation.tracer, { captureResponse: false }))
  .use(logMetrics(observation.metrics, { captureColdStartMetric: true }))
  .handler(async (event, context) => (await ledger())(event, context));
