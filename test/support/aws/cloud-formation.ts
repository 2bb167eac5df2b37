import type { Emulator } from './emulator-process';
import { bodyOf, startLoopbackServer } from './loopback-server';

export interface DeployedStack {
  readonly name: string;
  readonly status: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface CloudFormationEmulator extends Emulator {
  /** What is deployed from now on. */
  deploy(stacks: readonly DeployedStack[]): void;
}

/** AWS CloudFormation as far as FinCore asks it, which is one question. No stand-in is kept on npm; this one is ours. */
export async function startCloudFormation(): Promise<CloudFormationEmulator> {
  let deployed: readonly DeployedStack[] = [];
  const server = await startLoopbackServer((request, response) => {
    void bodyOf(request).then((body) => {
      const action = new URLSearchParams(body).get('Action');
      if (action === 'DescribeStacks')
        response.writeHead(200, { 'content-type': 'text/xml' }).end(describeStacks(deployed));
      else response.writeHead(400, { 'content-type': 'text/xml' }).end(unknownAction(action));
    });
  });
  return { ...server, deploy: (stacks) => (deployed = stacks) };
}

const describeStacks = (stacks: readonly DeployedStack[]): string =>
  `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${stacks
    .map(
      ({ name, status, outputs = {} }) =>
        `<member><StackName>${name}</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${Object.entries(
          outputs,
        )
          .map(
            ([key, value]) =>
              `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
          )
          .join('')}</Outputs></member>`,
    )
    .join('')}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const unknownAction = (action: string | null): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>this stand-in knows no ${escaped(String(action))}</Message></Error></ErrorResponse>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
