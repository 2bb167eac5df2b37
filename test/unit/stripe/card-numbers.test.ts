import { maskCardNumbers } from '../../../src/adapters/psp/stripe/card-numbers';

describe('card numbers in messages', () => {
  test.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '378282246310005',
    '6205500000000000004',
    '36227206271667',
  ])('%s is masked but for its last four digits', (cardNumber) => {
    const masked = maskCardNumbers(`No such PaymentMethod: '${cardNumber}'; check it.`);
    const last = cardNumber.replaceAll(/\D/g, '').slice(-4);
    expect(masked).toBe(`No such PaymentMethod: '[card number ending in ${last}]'; check it.`);
  });

  test.each([
    'pi_3MtwBwLkdIwHu7ix28a3tqPa',
    'amount 999999999999',
    '4242424242424241',
    '42424242424242424242',
    '',
  ])('%s is left alone', (text) => {
    expect(maskCardNumbers(text)).toBe(text);
  });

  test('masks every one of several', () => {
    expect(maskCardNumbers('4242424242424242, 5555555555554444')).toBe(
      '[card number ending in 4242], [card number ending in 4444]',
    );
  });

  test.each([
    ['12 4242424242424242 27', '12 [card number ending in 4242] 27'],
    ['4242 4242 4242 4242 12/27', '[card number ending in 4242] 12/27'],
    ['tok_4242424242424242', 'tok_[card number ending in 4242]'],
    ['17. 4000-0025-0000-3155', '17. [card number ending in 3155]'],
  ])('%s becomes %s, whatever stands around', (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked);
  });
});
