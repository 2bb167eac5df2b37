import { asciiLower, asciiUpper } from '../../core/kernel';

/**
 * The outputs of a stage's Observability stack: where everything is that is looked after. Names end in what is kept,
 * one for each queue, database, function, log and secret.
 */
export type StageOutput =
  | 'FinCoreStage'
  | 'ApiUrl'
  | 'StreamName'
  | 'Cluster'
  | 'ApiService'
  | 'RelayService'
  | 'Canary'
  | 'BackupVault'
  | 'Certificate'
  | 'TopicPage'
  | 'TopicWarn'
  | `Queue${string}`
  | `DeadLetters${string}`
  | `Database${string}`
  | `Function${string}`
  | `Log${string}`
  | `Secret${string}`;

export interface MappedQueue {
  readonly name: string;
  readonly url: string;
  readonly deadLetterUrl: string;
}

/** A deployed stage, as its outputs tell. */
export interface StageMap {
  readonly stage: string;
  readonly apiUrl: string;
  readonly streamName: string;
  readonly queues: readonly MappedQueue[];
  readonly secrets: readonly { readonly name: string; readonly arn: string }[];
  readonly topics: readonly { readonly name: string; readonly arn: string }[];
  /** Every output as the runbook's commands take it, for example `LOG_WORKER`. */
  readonly names: ReadonlyMap<string, string>;
}

/** The outputs of a stack do not describe a stage as this version knows it. */
export class StageMapIncomplete extends Error {
  override readonly name = 'StageMapIncomplete';
}

/** @throws StageMapIncomplete naming the output that is missing */
export function stageMapOf(outputs: ReadonlyMap<string, string>): StageMap {
  const read = (name: StageOutput): string => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new StageMapIncomplete(
        `the Observability stack has no output ${name}; deploy this version of it, then ask again`,
      );
    return value;
  };
  const startingWith = (prefix: string) =>
    [...outputs].flatMap(([output, value]) =>
      output.startsWith(prefix) ? [{ name: output.slice(prefix.length), value }] : [],
    );
  return {
    stage: read('FinCoreStage'),
    apiUrl: read('ApiUrl'),
    streamName: read('StreamName'),
    queues: startingWith('Queue').map(({ name, value }) => ({
      name: asciiLower(wordsOf(name).join('-')),
      url: value,
      deadLetterUrl: read(`DeadLetters${name}`),
    })),
    secrets: startingWith('Secret').map(({ name, value }) => ({
      name: asciiLower(wordsOf(name).join('-')),
      arn: value,
    })),
    topics: startingWith('Topic').map(({ name, value }) => ({ name: asciiLower(name), arn: value })),
    names: new Map([...outputs].map(([name, value]) => [variableOf(name), value])),
  };
}

/** `LogPaymentApi` is `LOG_PAYMENT_API` in the commands of the runbook. */
export const variableOf = (output: string): string => asciiUpper(wordsOf(output).join('_'));

const wordsOf = (name: string): readonly string[] => name.match(/[A-Z][a-z0-9]*/g) ?? [name];
