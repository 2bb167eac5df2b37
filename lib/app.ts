import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, PCIDSS321Checks } from 'cdk-nag';
import { parseStages } from './config/parse-stage';
import { FinCoreStage } from './stages/fincore-stage';

export interface FinCoreApp {
  readonly app: App;
  readonly stages: readonly FinCoreStage[];
}

/**
 * Builds every stage, with the rules of cdk-nag over all of them: what breaks one and is not accepted fails the synthesis.
 * @throws WrongConfiguration
 */
export function buildApp(stages: Readonly<Record<string, unknown>>, props: AppProps = {}): FinCoreApp {
  const configurations = parseStages(stages);
  const app = new App(props);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new PCIDSS321Checks(app));
  return { app, stages: configurations.map((configuration) => new FinCoreStage(app, configuration)) };
}
