import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Stack } from 'aws-cdk-lib';
import { logsMayUseKey } from '../constructs/logs-may-use-key';
import { StageKey } from '../constructs/stage-key';

/** Encrypts sources, images, logs and messages of the pipeline; the services that carry them may use it for this account. */
export function createPipelineKey(stack: Stack): Key {
  const key = new StageKey(stack, 'Key', {
    configuration: { isProtected: true },
    description: 'Sources, images, logs and messages of the pipeline',
  });
  key.addToResourcePolicy(logsMayUseKey(stack));
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'MessagesOfThisAccount',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  return key;
}
