import { handler } from '../../../lambdas/green-canary/handler';
import { canaryEnvironment } from '../../../lambdas/canary/environment';
import { CanarySecretInvalid, parseCanarySecret } from '../../../src/operations/canary/canary-secret';

const before = { ...process.env };
afterEach(() => {
  process.env = before;
});

test('a new version that cannot be charged is taken back', async () => {
  process.env = { ...before, FINCORE_PUBLIC_URL: '', FINCORE_CANARY_SECRET_ARN: '' };
  expect(await handler()).toEqual({ hookStatus: 'FAILED' });
});

test('the environment names what is missing', () => {
  expect(() => canaryEnvironment({ FINCORE_PUBLIC_URL: 'https://pay.example.com' })).toThrow(
    'FINCORE_CANARY_SECRET_ARN is not set',
  );
});

test.each([
  ['sk_test_1', 'it is not JSON'],
  ['null', 'it is not JSON'],
  ['{"payment_token": "tok_visa"}', 'secret_key is not the secret key'],
  ['{"secret_key": "pk_test_1", "payment_token": "tok_visa"}', 'secret_key is not the secret key'],
  ['{"secret_key": "sk_test_1", "payment_token": "4242424242424242"}', 'payment_token is not a token'],
])('the secret %s is refused, and not shown', (text, message) => {
  const parse = () => parseCanarySecret(text);
  expect(parse).toThrow(CanarySecretInvalid);
  expect(parse).toThrow(message);
  expect(parse).not.toThrow(/4242|_test_1/);
});
