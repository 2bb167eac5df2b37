import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import type { StageName } from '../../lib/config/stage-configuration';
import { synthesisFolder, type SynthesisFindings, folders } from './synthesis-folder';

/** One synthesis of stages, read from what it wrote. */
export interface SynthesisedCloud {
  /** Of a stack by its name, for example `Data`. */
  template(stage: StageName, stack: string): Template;
  /** Every template of a stage by the name of its stack. */
  templates(stage: StageName): ReadonlyMap<string, Template>;
  /** Names of the stacks of a stage that refuse to be deleted. */
  protectedStacks(stage: StageName): readonly string[];
  /** Where the CDK wrote the stage. */
  folder(stage: StageName): string;
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly displayName?: string;
        readonly properties: { readonly templateFile?: string; readonly terminationProtection?: boolean };
      }
    >
  >;
}

const inSynthesis = (...path: readonly string[]): string => {
  const folder = process.env[synthesisFolder];
  if (folder === undefined) throw new Error(`${synthesisFolder} is not set: the global set-up sets it.`);
  return join(folder, ...path);
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Every stage as it is configured, with the feature flags of cdk.json. */
export const readCloud = (): SynthesisedCloud => readSynthesis(folders.cloud);

/** Production alone, with other code, another image and another configuration. */
export const readNextVersion = (): SynthesisedCloud => readSynthesis(folders.nextVersion);

/** Production alone, as it begins from a backup. */
export const readRestored = (): SynthesisedCloud => readSynthesis(folders.restored);

export const readFindings = (): SynthesisFindings =>
  readJson(inSynthesis(folders.findings)) as SynthesisFindings;

export const readPipeline = (): Template =>
  Template.fromJSON(
    readJson(inSynthesis(folders.cloud, 'Pipeline.template.json')) as Record<string, unknown>,
  );

function readSynthesis(name: string): SynthesisedCloud {
  const stages = new Map<StageName, ReturnType<typeof readStage>>();
  const folder = (stage: StageName) => inSynthesis(name, `assembly-${stage}`);
  const stacksOf = (stage: StageName) => {
    const known = stages.get(stage) ?? readStage(folder(stage));
    stages.set(stage, known);
    return known;
  };
  const templates = (stage: StageName) =>
    new Map([...stacksOf(stage)].map(([stack, { template }]) => [stack, template]));
  return {
    folder,
    templates,
    template: (stage, stack) => {
      const found = stacksOf(stage).get(stack);
      if (found === undefined) throw new Error(`${stage} has no stack ${stack}.`);
      return found.template;
    },
    protectedStacks: (stage) =>
      [...stacksOf(stage)].filter(([, { isProtected }]) => isProtected).map(([stack]) => stack),
  };
}

/** Stacks by their names, in the order of their deployment. */
function readStage(folder: string) {
  const { artifacts } = readJson(join(folder, 'manifest.json')) as Manifest;
  return new Map(
    Object.values(artifacts)
      .filter(({ type }) => type === 'aws:cloudformation:stack')
      .map(({ displayName = '', properties: { templateFile = '', terminationProtection = false } }) => [
        nameIn(displayName),
        {
          template: Template.fromJSON(readJson(join(folder, templateFile)) as Record<string, unknown>),
          isProtected: terminationProtection,
        },
      ]),
  );
}

/** `dev/Data (fincore-dev-Data)` is `Data`. */
const nameIn = (displayName: string): string => /^[^/]+\/(\w+)/.exec(displayName)?.[1] ?? displayName;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** The resources of one type, by logical id. */
export const resourcesOf = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.findResources(type) as Readonly<Record<string, Resource>>);
