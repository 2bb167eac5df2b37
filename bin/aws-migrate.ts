import { migrateStage } from '../src/compose/aws/migrate-stage';
import { failureInWords } from '../src/operations/process/failure-in-words';

/** A task of its own: `expand` before a new version takes traffic, `contract` when the old one is gone. */
const [phase = 'expand'] = process.argv.slice(2);

async function main(): Promise<void> {
  if (phase !== 'expand' && phase !== 'contract') {
    console.error(`The phase is "${phase}"; it must be expand or contract.`);
    process.exitCode = 1;
    return;
  }
  await migrateStage(process.env, phase, (line) => console.log(line));
}

main().catch((error: unknown) => {
  console.error(`The migration failed: ${failureInWords(error)}`);
  process.exitCode = 1;
});
