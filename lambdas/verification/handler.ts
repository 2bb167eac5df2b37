import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import { openedOnce } from '../../src/compose/aws/function-stores';
import { observeFunction } from '../../src/compose/aws/observe-function';
import { openVerification } from '../../src/compose/aws/open-verification';
import { readEnvironment } from '../../src/configuration/read-environment';
import { verificationVariables } from './environment';
import { isAskedForWhole } from './request';

const environment = readEnvironment(verificationVariables, process.env);
const observation = observeFunction('verification', environment);
const verification = openedOnce(() => openVerification(environment, observation));

/** Proves the books, a part in each run, and tells what alarms watch. Fails when a fault is found. */
export const handler = middy<unknown, null>()
  .use(injectLambdaContext(observation.logger))
  .use(captureLambdaHandler(observation.tracer, { captureResponse: false }))
  .use(logMetrics(observation.metrics, { captureColdStartMetric: true }))
  .handler(async (event, context) => {
    const isWhole = isAskedForWhole(event);
    const verifyPart = await verification();
    await verifyPart({ remainingMs: context.getRemainingTimeInMillis(), isWhole });
    return null;
  });
