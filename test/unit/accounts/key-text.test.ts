import { nodeKeyMaterial } from '../../../src/adapters/embedded/secret-keys';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { type KeyMaterial, createKeyMint, mintOperatorKey } from '../../../src/core/accounts';
import { hasValidChecksum, parseKeyText, randomText } from '../../../src/core/accounts/key-text';
import { InvariantViolation } from '../../../src/core/kernel';
import { merchantId } from './merchants';

const mint = createKeyMint({ ids: createSeededIds(), keyMaterial: nodeKeyMaterial });
const terms = { merchantId, kind: 'secret', livemode: false } as const;

test.each([
  ['sk_test_', 'secret', false],
  ['pk_test_', 'publishable', false],
  ['sk_live_', 'secret', true],
  ['pk_live_', 'publishable', true],
] as const)('%s… says whose key it is, what it may do and on which side', (prefix, kind, livemode) => {
  const { key, text } = mint({ merchantId, kind, livemode });
  expect(text).toMatch(new RegExp(`^${prefix}${merchantId.slice(4)}[0-9A-Za-z]{38}$`));
  const parsed = parseKeyText(text);
  expect(parsed).toEqual({ merchantId, kind, livemode, text });
  expect(parsed && hasValidChecksum(nodeKeyMaterial, parsed)).toBe(true);
  expect(key).toEqual({
    keyId: expect.stringMatching(/^key_[0-9a-z]{26}$/) as unknown,
    kind,
    livemode,
    secretHash: nodeKeyMaterial.sha256Hex(text),
    hint: `${prefix}…${text.slice(-4)}`,
  });
});

test('keys do not repeat', () => {
  const texts = Array.from({ length: 1_000 }, () => mint(terms).text);
  expect(new Set(texts).size).toBe(1_000);
});

test('one changed character anywhere breaks the shape or the checksum', () => {
  const { text } = mint(terms);
  for (let index = 0; index < text.length; index += 1) {
    const changed = `${text.slice(0, index)}${text.charAt(index) === '7' ? '8' : '7'}${text.slice(index + 1)}`;
    const parsed = parseKeyText(changed);
    expect(parsed !== null && hasValidChecksum(nodeKeyMaterial, parsed)).toBe(false);
  }
});

test.each(['', 'sk_test_', 'Bearer sk_test_', 'sk_prod_', 'sk_test_é'])('%j is no key', (start) => {
  const { text } = mint(terms);
  expect(parseKeyText(start)).toBeNull();
  expect(parseKeyText(`${start}${text.slice(8)}`.slice(0, start === 'sk_test_' ? 71 : undefined))).toBeNull();
});

test('a merchant id outside its alphabet is no key', () => {
  const { text } = mint(terms);
  expect(parseKeyText(`sk_test_U${text.slice(9)}`)).toBeNull();
});

test('random characters are evenly distributed: bytes that would favour the first characters are thrown away', () => {
  const bytes = [248, 255, 0, 61, 62, 247];
  let calls = 0;
  const material: KeyMaterial = {
    ...nodeKeyMaterial,
    randomBytes: () => {
      calls += 1;
      return Uint8Array.from(bytes);
    },
  };
  expect(randomText(material, 4)).toBe('0z0z');
  expect(randomText(material, 6)).toBe('0z0z0z');
  expect(calls).toBe(3);
});

test('a random source that gives nothing usable stops the work', () => {
  const material: KeyMaterial = {
    ...nodeKeyMaterial,
    randomBytes: (count) => new Uint8Array(count).fill(255),
  };
  expect(() => randomText(material, 4)).toThrow(InvariantViolation);
});

test('the operator’s key has a shape of its own', () => {
  const { text, hash } = mintOperatorKey(nodeKeyMaterial);
  expect(text).toMatch(/^ok_[0-9A-Za-z]{38}$/);
  expect(hash).toBe(nodeKeyMaterial.sha256Hex(text));
  expect(parseKeyText(text)).toBeNull();
});

test('hashes compare by content, whatever their length', () => {
  const hash = nodeKeyMaterial.sha256Hex('a');
  expect(nodeKeyMaterial.equalHashes(hash, nodeKeyMaterial.sha256Hex('a'))).toBe(true);
  expect(nodeKeyMaterial.equalHashes(hash, nodeKeyMaterial.sha256Hex('b'))).toBe(false);
  expect(nodeKeyMaterial.equalHashes(hash, 'short')).toBe(false);
});
