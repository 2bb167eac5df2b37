import { DescribeStreamSummaryCommand, ResourceNotFoundException } from '@aws-sdk/client-kinesis';
import type { AwsClients } from './aws-clients';
import { type Diagnosis, ill, well } from './diagnosis';

/** The stream that carries the journal is there and open. */
export async function examineStream(
  { kinesis }: Pick<AwsClients, 'kinesis'>,
  streamName: string,
): Promise<readonly Diagnosis[]> {
  try {
    const { StreamDescriptionSummary: stream } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: streamName }),
    );
    const status = stream?.StreamStatus ?? 'unknown';
    if (status !== 'ACTIVE' && status !== 'UPDATING')
      return [ill(`${streamName} is ${status}`, 'Wait until it is ACTIVE; the relay then goes on.')];
    return [well(`${streamName} is ${status} with ${stream?.OpenShardCount ?? 0} shards`)];
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return [
      ill(`there is no stream ${streamName}`, 'Deploy the stack Streaming again; the relay fills it again.'),
    ];
  }
}
