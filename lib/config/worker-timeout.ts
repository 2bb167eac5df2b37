import { Duration } from 'aws-cdk-lib';

/** How long a batch of jobs may take: a PSP that does not answer is given up long before. */
export const workerTimeout = Duration.seconds(60);
