import { buildApp } from '../lib/app';
import { WrongConfiguration } from '../lib/config/configuration-problem';
import { stages } from '../lib/config/stages';

try {
  buildApp(stages).app.synth();
} catch (error) {
  if (!(error instanceof WrongConfiguration)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
