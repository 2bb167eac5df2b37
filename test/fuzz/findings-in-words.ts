import type { Finding } from './campaign';

const maxShown = 600;

/** What was sent, what came back, and what is wrong with it. */
export const findingInWords = ({ exchange, faults }: Finding): string => {
  const { draft, request, answer } = exchange;
  const headers = Object.entries(request.headers)
    .map(([name, value]) => `${name}: ${name === 'authorization' ? draft.credential : shortened(value)}`)
    .join('; ');
  return [
    ...faults.map((fault) => `FAULT ${fault}`),
    `  mutations ${draft.mutations.join(', ') || 'none'} of ${draft.operation.operationId}`,
    `  ${request.method} ${shortened(request.target)}`,
    `  ${headers}`,
    ...(request.body === null ? [] : [`  ${shortened(request.body.toString('utf8'))}`]),
    `  -> ${String(answer.status)} ${shortened(answer.body.toString('utf8'))}`,
  ].join('\n');
};

const shortened = (text: string): string =>
  text.length <= maxShown ? text : `${text.slice(0, maxShown)}… (${String(text.length)} characters)`;
