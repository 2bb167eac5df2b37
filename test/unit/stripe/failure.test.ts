import { cardFailure, readable, requestFailure } from '../../../src/adapters/psp/stripe/failure';

describe('failures', () => {
  test.each([
    [{ code: 'card_declined', decline_code: 'generic_decline' }, 'card_declined', 'generic_decline'],
    [
      { code: 'card_declined', decline_code: 'insufficient_funds' },
      'insufficient_funds',
      'insufficient_funds',
    ],
    [{ code: 'card_declined', decline_code: 'lost_card' }, 'card_declined', 'lost_card'],
    [
      { code: 'card_declined', decline_code: 'authentication_required' },
      'authentication_required',
      'authentication_required',
    ],
    [
      { code: 'card_declined', decline_code: 'a_reason_of_tomorrow' },
      'card_declined',
      'a_reason_of_tomorrow',
    ],
    [
      { code: 'authentication_required', decline_code: 'authentication_required' },
      'authentication_required',
      'authentication_required',
    ],
    [{ code: 'expired_card', decline_code: 'expired_card' }, 'expired_card', 'expired_card'],
    [{ code: 'invalid_cvc' }, 'incorrect_cvc', undefined],
    [{ code: 'incorrect_cvc', decline_code: '' }, 'incorrect_cvc', undefined],
    [{ code: 'payment_intent_authentication_failure' }, 'authentication_failed', undefined],
    [{ code: 'processing_error' }, 'processing_error', undefined],
    [{ code: 'a_code_of_tomorrow' }, 'card_declined', undefined],
    [{}, 'card_declined', undefined],
  ])('a card refused with %j fails as %s', (refusal, code, declineCode) => {
    expect(cardFailure({ ...refusal, message: 'No.' })).toEqual({
      code,
      message: 'No.',
      ...(declineCode === undefined ? {} : { declineCode }),
    });
  });

  test.each([
    [{ code: 'amount_too_small', param: 'amount' }, 'amount_too_small'],
    [{ code: 'resource_missing', param: 'payment_method' }, 'payment_token_invalid'],
    [{ code: 'resource_missing', param: 'payment_method_data[card][token]' }, 'payment_token_invalid'],
    [{ code: 'resource_missing', param: 'intent' }, 'invalid_request'],
    [{ code: 'token_already_used' }, 'payment_token_invalid'],
    [{ code: 'charge_already_refunded' }, 'already_refunded'],
    [{ code: 'charge_disputed' }, 'charge_disputed'],
    [{ code: 'charge_expired_for_capture' }, 'authorization_expired'],
    [{ code: 'parameter_unknown', param: 'amuont' }, 'invalid_request'],
    [{}, 'invalid_request'],
  ])('a request refused with %j fails as %s', (refusal, code) => {
    expect(requestFailure({ ...refusal, message: 'No.' })).toEqual({ code, message: 'No.' });
  });

  test.each([
    ["No such PaymentMethod: 'pm_1Abc_DEF'; check it.", "No such PaymentMethod: 'pm_[removed]'; check it."],
    ["No such token: 'tok_visa_unknown'", "No such token: 'tok_[removed]'"],
    ['Invalid API Key provided: sk_test_********1234', 'Invalid API Key provided: sk_[removed]'],
    [
      'The payment_method pm_a and the token tok_b',
      'The payment_method pm_[removed] and the token tok_[removed]',
    ],
    ["No such payment_intent: 'pi_1Abc'", "No such payment_intent: 'pi_1Abc'"],
  ])('%s is stored without what opens a payment or an account', (message, stored) => {
    expect(requestFailure({ message }).message).toBe(stored);
    expect(cardFailure({ message }).message).toBe(stored);
    expect(readable(message, '')).toBe(stored);
  });

  test('no card number survives in any field', () => {
    const message = "Invalid token: '4242 4242 4242 4242'";
    const failures = [
      cardFailure({ code: '4242424242424242', decline_code: '4242424242424242', message }),
      requestFailure({ code: '4242424242424242', message }),
    ];
    expect(JSON.stringify(failures)).not.toMatch(/4242\D?4242/);
  });

  test('a message is bounded, and never empty', () => {
    expect(readable('x'.repeat(10_000), '')).toHaveLength(500);
    expect(readable('', 'otherwise')).toBe('otherwise');
    expect(readable(undefined, 'otherwise')).toBe('otherwise');
  });
});
