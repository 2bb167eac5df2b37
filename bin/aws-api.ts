import { startPaymentApi } from '../src/compose/aws/payment-api';
import { runProgram } from '../src/operations/process/run-program';

/** The container `payment-api`: the API of one stage, until SIGTERM. */
runProgram('The payment API', async (begin) => {
  const { url, stop } = await startPaymentApi(process.env, begin);
  return { facts: { url }, stop };
});
