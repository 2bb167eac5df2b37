import { buildApp } from '../lib/app';
import { WrongConfiguration } from '../lib/config/configuration-problem';
import { pipeline } from '../lib/config/pipeline';
import { stages } from '../lib/config/stages';
import { PipelineStack } from '../lib/stacks/pipeline';

try {
  const { app } = buildApp(stages);
  new PipelineStack(app, 'Pipeline', {
    stackName: 'fincore-pipeline',
    env: { account: pipeline.account, region: pipeline.region },
    pipeline,
    stages,
  });
  app.synth();
} catch (error) {
  if (!(error instanceof WrongConfiguration)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
