import type { Emulator } from './emulator-process';
import { bodyOf, startLoopbackServer } from './loopback-server';

export interface StandingAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly string[];
  readonly ActionsEnabled: boolean;
  readonly StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly StateReason: string;
}

export interface CloudWatchEmulator extends Emulator {
  /** The alarms that there are from now on. */
  set(alarms: readonly StandingAlarm[]): void;
}

/** Small, so that a reader who forgets to turn the page is found out. */
const pageSize = 7;

/** Amazon CloudWatch as far as FinCore asks it: DescribeAlarms, in pages. No stand-in is kept on npm; this one is ours. */
export async function startCloudWatch(): Promise<CloudWatchEmulator> {
  let standing: readonly StandingAlarm[] = [];
  const server = await startLoopbackServer((request, response) => {
    void bodyOf(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      const json = { 'content-type': 'application/x-amz-json-1.0' };
      if (operation !== 'DescribeAlarms') {
        response.writeHead(400, json).end(JSON.stringify({ __type: 'UnknownOperationException' }));
        return;
      }
      const { NextToken = '0' } = JSON.parse(body) as { readonly NextToken?: string };
      const from = Number(NextToken);
      const next = from + pageSize;
      response.writeHead(200, json).end(
        JSON.stringify({
          MetricAlarms: standing.slice(from, next),
          CompositeAlarms: [],
          ...(next < standing.length ? { NextToken: String(next) } : {}),
        }),
      );
    });
  });
  return { ...server, set: (alarms) => (standing = alarms) };
}
