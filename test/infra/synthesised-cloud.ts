import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { context } from '../../cdk.json';
import { parseStages } from '../../lib/config/parse-stage';
import type { StageName } from '../../lib/config/stage-configuration';
import { stages as configurations } from '../../lib/config/stages';
import { FinCoreStage } from '../../lib/stages/fincore-stage';

export interface SynthesisedCloud {
  readonly app: App;
  readonly stages: readonly FinCoreStage[];
  /** Of a stack by its name, for example `Data`. */
  template(stage: StageName, stack: string): Template;
  /** Every template of a stage by the name of its stack. */
  templates(stage: StageName): ReadonlyMap<string, Template>;
}

/** Every stage as it is configured, with the feature flags of cdk.json. */
export function buildCloud(more: Readonly<Record<string, unknown>> = {}): {
  app: App;
  stages: readonly FinCoreStage[];
} {
  const app = new App({ context: { ...context, ...more }, analyticsReporting: false });
  return { app, stages: parseStages(configurations).map((each) => new FinCoreStage(app, each)) };
}

/** Synthesises every stage once. The rules of cdk-nag have a test of their own. */
export function synthesiseCloud(): SynthesisedCloud {
  const { app, stages } = buildCloud();
  const assembly = app.synth({ skipValidation: true, validateOnSynthesis: false });
  const byStage = new Map(
    stages.map((stage) => [
      stage.node.id,
      new Map(
        assembly
          .getNestedAssembly(stage.artifactId)
          .stacks.map((stack) => [
            stack.stackName.slice(`fincore-${stage.node.id}-`.length),
            Template.fromJSON(stack.template as Record<string, unknown>),
          ]),
      ),
    ]),
  );
  const templates = (stage: StageName) => byStage.get(stage) ?? new Map<string, Template>();
  return {
    app,
    stages,
    templates,
    template: (stage, stack) => {
      const found = templates(stage).get(stack);
      if (found === undefined) throw new Error(`${stage} has no stack ${stack}.`);
      return found;
    },
  };
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** The resources of one type, by logical id. */
export const resourcesOf = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.findResources(type) as Readonly<Record<string, Resource>>);
