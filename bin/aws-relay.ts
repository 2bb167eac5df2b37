import { startRelay } from '../src/compose/aws/relay';
import { runProgram } from '../src/operations/process/run-program';

/** The container `relay`: hands the journal of one stage on, or stands by. */
runProgram('The relay', async (begin) => {
  const { stop } = await startRelay(process.env, begin);
  return { facts: {}, stop };
});
