import { awsEntries } from '../../../src/configuration/environment-entries';
import { readEnvironment } from '../../../src/configuration/read-environment';
import {
  migrationVariables,
  paymentApiVariables,
  relayVariables,
} from '../../../src/compose/aws/program-variables';
import { readerVariables } from '../../../lambdas/reader/environment';
import { verificationVariables } from '../../../lambdas/verification/environment';
import { workerVariables } from '../../../lambdas/worker/environment';

const needs = {
  program: 'The test',
  needed: ['FINCORE_STAGE', 'FINCORE_REGION', 'FINCORE_JOURNAL_URL'],
  known: ['FINCORE_DATABASE_AUTH', 'FINCORE_DATABASE_SECRET_ARN', 'FINCORE_PORT'],
} as const;
const good = {
  FINCORE_STAGE: 'dev',
  AWS_REGION: 'eu-central-1',
  FINCORE_JOURNAL_URL: 'postgresql://service@db.internal:5432/fincore',
};

test('every entry stands under its own name', () => {
  for (const [name, entry] of Object.entries(awsEntries)) expect(entry.name).toBe(name);
});

test('reads what is there, and takes the region that AWS says', () => {
  expect(readEnvironment(needs, good)).toEqual({
    FINCORE_STAGE: 'dev',
    FINCORE_REGION: 'eu-central-1',
    FINCORE_JOURNAL_URL: good.FINCORE_JOURNAL_URL,
    FINCORE_DATABASE_AUTH: 'iam',
    FINCORE_DATABASE_SECRET_ARN: '',
    FINCORE_PORT: 4000,
  });
});

test('tells every problem at once, and shows no password', () => {
  const read = () =>
    readEnvironment(needs, {
      FINCORE_STAGE: 'No Stage',
      FINCORE_JOURNAL_URL: 'postgresql://service:secret@db.internal/fincore',
      FINCORE_DATABASE_AUTH: 'password',
    });
  expect(read).toThrow('The test cannot start with this environment:');
  expect(read).toThrow('FINCORE_STAGE is "No Stage"; it must be the name of a stage');
  expect(read).toThrow('FINCORE_REGION is not set; it must be a region such as eu-central-1.');
  expect(read).toThrow(/FINCORE_JOURNAL_URL is a hidden value of \d+ characters; it must be a URL like/);
  expect(read).toThrow('FINCORE_DATABASE_SECRET_ARN is not set; with FINCORE_DATABASE_AUTH=password');
  expect(read).not.toThrow('secret@');
});

test.each([
  workerVariables,
  readerVariables,
  verificationVariables,
  paymentApiVariables,
  relayVariables,
  migrationVariables,
])('$program says what it lacks', (variables) => {
  const read = () => readEnvironment<keyof typeof awsEntries, keyof typeof awsEntries>(variables, {});
  for (const name of variables.needed) expect(read).toThrow(`${name} is not set`);
});
