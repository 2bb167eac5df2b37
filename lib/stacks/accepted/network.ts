import type { Instance, Vpc } from 'aws-cdk-lib/aws-ec2';

export function acceptVpc(_vpc: Vpc): void {}
export function acceptNatInstance(_instance: Instance): void {}
