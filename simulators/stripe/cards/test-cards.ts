import { requestFaultKinds } from '../faults/fault-rule';
import type { TestCard } from './test-card';

type Row = Omit<TestCard, 'brand' | 'country' | 'funding' | 'paymentMethods' | 'row' | 'tokens'> &
  Partial<Pick<TestCard, 'brand' | 'country' | 'funding'>> & {
    /** Names after `pm_card_` and `tok_`; the first one names the row. */
    readonly both?: readonly string[];
    readonly paymentMethod?: readonly string[];
    readonly token?: readonly string[];
  };

/** @source docs.stripe.com/testing. The undecorated `chargeDeclined…` names are Stripe's older ones, still accepted. */
const rows: readonly Row[] = [
  // Brands.
  { number: '4242424242424242', both: ['visa', 'us'] },
  { number: '4000056655665556', both: ['visa_debit'], funding: 'debit' },
  { number: '5555555555554444', both: ['mastercard'], brand: 'mastercard' },
  { number: '2223003122003222', brand: 'mastercard' },
  { number: '5200828282828210', both: ['mastercard_debit'], brand: 'mastercard', funding: 'debit' },
  { number: '5105105105105100', both: ['mastercard_prepaid'], brand: 'mastercard', funding: 'prepaid' },
  { number: '378282246310005', both: ['amex', 'amex_threeDSecureNotSupported'], brand: 'amex' },
  { number: '371449635398431', brand: 'amex' },
  { number: '6011111111111117', both: ['discover'], brand: 'discover' },
  { number: '6011000990139424', brand: 'discover' },
  { number: '6011981111111113', brand: 'discover', funding: 'debit' },
  { number: '3056930009020004', both: ['diners'], brand: 'diners' },
  { number: '36227206271667', brand: 'diners' },
  { number: '6555900000604105', brand: 'discover' },
  { number: '3566002020360505', both: ['jcb'], brand: 'jcb' },
  { number: '6200000000000005', both: ['unionpay'], brand: 'unionpay' },
  { number: '6200000000000047', brand: 'unionpay', funding: 'debit' },
  { number: '6205500000000000004', brand: 'unionpay' },
  { number: '4000002500001001', both: ['visa_cartesBancaires'], country: 'FR' },
  { number: '5555552500001001', both: ['mastercard_cartesBancaires'], brand: 'mastercard', country: 'FR' },
  { number: '4000050360000001', both: ['visa_debit_eftposAuCoBranded'], funding: 'debit', country: 'AU' },
  {
    number: '5555050360000080',
    both: ['mastercard_debit_eftposAuCoBranded'],
    brand: 'mastercard',
    funding: 'debit',
    country: 'AU',
  },

  // Countries: Americas.
  { number: '4000000320000021', both: ['ar'], country: 'AR' },
  { number: '4000000760000002', both: ['br'], country: 'BR' },
  { number: '4000001240000000', both: ['ca'], country: 'CA' },
  { number: '4000001520000001', both: ['cl'], country: 'CL' },
  { number: '4000001700000003', both: ['co'], country: 'CO' },
  { number: '4000001880000005', both: ['cr'], country: 'CR' },
  { number: '4000002180000000', both: ['ec'], country: 'EC' },
  { number: '4000004840008001', both: ['mx'], country: 'MX' },
  { number: '5062210000000009', brand: 'carnet', country: 'MX' },
  { number: '4000005910000000', both: ['pa'], country: 'PA' },
  { number: '4000006000000066', both: ['py'], country: 'PY' },
  { number: '4000006040000068', both: ['pe'], country: 'PE' },
  { number: '4000008580000003', both: ['uy'], country: 'UY' },
  // Europe and Middle East.
  { number: '4000007840000001', both: ['ae'], country: 'AE' },
  { number: '4000000400000008', both: ['at'], country: 'AT' },
  { number: '4000000560000004', both: ['be'], country: 'BE' },
  { number: '4000001000000000', both: ['bg'], country: 'BG' },
  { number: '4000001120000005', both: ['by'], country: 'BY' },
  { number: '4000007560000009', both: ['ch'], country: 'CH' },
  { number: '4000001960000008', both: ['cy'], country: 'CY' },
  { number: '4000002030000002', both: ['cz'], country: 'CZ' },
  { number: '4000002760000016', both: ['de'], country: 'DE' },
  { number: '4000002080000001', both: ['dk'], country: 'DK' },
  { number: '4000002330000009', both: ['ee'], country: 'EE' },
  { number: '4000007240000007', both: ['es'], country: 'ES' },
  { number: '4000002460000001', both: ['fi'], country: 'FI' },
  { number: '4000002500000003', both: ['fr'], country: 'FR' },
  { number: '4000008260000000', both: ['gb'], country: 'GB' },
  { number: '4000058260000005', both: ['gb_debit'], country: 'GB', funding: 'debit' },
  { number: '5555558265554449', both: ['gb_mastercard'], brand: 'mastercard', country: 'GB' },
  { number: '4000002920000005', both: ['gi'], country: 'GI' },
  { number: '4000003000000030', both: ['gr'], country: 'GR' },
  { number: '4000001910000009', both: ['hr'], country: 'HR' },
  { number: '4000003480000005', both: ['hu'], country: 'HU' },
  { number: '4000003720000005', both: ['ie'], country: 'IE' },
  { number: '4000003800000008', both: ['it'], country: 'IT' },
  { number: '4000004380000004', both: ['li'], country: 'LI' },
  { number: '4000004400000000', both: ['lt'], country: 'LT' },
  { number: '4000004420000006', both: ['lu'], country: 'LU' },
  { number: '4000004280000005', both: ['lv'], country: 'LV' },
  { number: '4000004700000007', both: ['mt'], country: 'MT' },
  { number: '4000005280000002', both: ['nl'], country: 'NL' },
  { number: '4000005780000007', both: ['no'], country: 'NO' },
  { number: '4000006160000005', both: ['pl'], country: 'PL' },
  { number: '4000006200000007', both: ['pt'], country: 'PT' },
  { number: '4000006420000001', both: ['ro'], country: 'RO' },
  { number: '4000006820000007', both: ['sa'], country: 'SA' },
  { number: '4000007520000008', both: ['se'], country: 'SE' },
  { number: '4000007050000006', both: ['si'], country: 'SI' },
  { number: '4000007030000001', both: ['sk'], country: 'SK' },
  // Asia Pacific.
  { number: '4000000360000006', both: ['au'], country: 'AU' },
  { number: '4000001560000002', both: ['cn'], country: 'CN' },
  { number: '4000003440000004', both: ['hk'], country: 'HK' },
  { number: '4000003560000008', both: ['in'], country: 'IN' },
  { number: '4000003920000003', both: ['jp'], country: 'JP' },
  { number: '3530111333300000', both: ['jp_jcb'], brand: 'jcb', country: 'JP' },
  { number: '4000004580000002', both: ['my'], country: 'MY' },
  { number: '4000005540000008', both: ['nz'], country: 'NZ' },
  { number: '4000007020000003', both: ['sg'], country: 'SG' },
  { number: '4000001580000008', both: ['tw'], country: 'TW' },
  { number: '4000007640000003', both: ['th_credit'], country: 'TH' },
  { number: '4000057640000008', both: ['th_debit'], country: 'TH', funding: 'debit' },

  // Declines.
  { number: '4000000000000002', both: ['visa_chargeDeclined', 'chargeDeclined'], decline: 'generic_decline' },
  {
    number: '4000000000009995',
    both: ['visa_chargeDeclinedInsufficientFunds', 'chargeDeclinedInsufficientFunds'],
    token: ['visa_debit_chargeDeclinedInsufficientFunds'],
    decline: 'insufficient_funds',
  },
  {
    number: '4000000000009987',
    both: ['visa_chargeDeclinedLostCard', 'chargeDeclinedLostCard'],
    decline: 'lost_card',
  },
  {
    number: '4000000000009979',
    both: ['visa_chargeDeclinedStolenCard', 'chargeDeclinedStolenCard'],
    decline: 'stolen_card',
  },
  {
    number: '4000000000000069',
    both: ['chargeDeclinedExpiredCard', 'visa_chargeDeclinedExpiredCard'],
    decline: 'expired_card',
  },
  {
    number: '4000000000000127',
    both: ['chargeDeclinedIncorrectCvc', 'visa_chargeDeclinedIncorrectCvc'],
    decline: 'incorrect_cvc',
  },
  {
    number: '4000000000000119',
    both: ['chargeDeclinedProcessingError', 'visa_chargeDeclinedProcessingError'],
    decline: 'processing_error',
  },
  {
    number: '4000000000006975',
    both: ['visa_chargeDeclinedVelocityLimitExceeded', 'chargeDeclinedVelocityLimitExceeded'],
    decline: 'card_velocity_exceeded',
  },
  {
    number: '4000000000000341',
    both: ['chargeCustomerFail', 'visa_chargeCustomerFail'],
    decline: 'generic_decline',
    attachable: true,
  },

  // Fraud prevention. `chargeDeclinedFraudulent` is the older name of a card that Radar blocks.
  {
    number: '4100000000000019',
    both: ['radarBlock', 'chargeDeclinedFraudulent', 'visa_chargeDeclinedFraudulent'],
    decline: 'radar_block',
    risk: 'highest',
  },
  { number: '4000000000004954', both: ['riskLevelHighest'], risk: 'highest' },
  { number: '4000000000009235', both: ['riskLevelElevated'], risk: 'elevated' },
  { number: '4000000000000101', both: ['cvcCheckFail'], checks: { cvc: 'fail' } },
  { number: '4000000000000036', both: ['avsZipFail'], checks: { zip: 'fail' } },
  {
    number: '4000058400307872',
    both: ['cvcCheckFailElevatedRisk'],
    funding: 'debit',
    checks: { cvc: 'fail' },
    risk: 'elevated',
  },
  {
    number: '4000058400306072',
    both: ['avsZipFailElevatedRisk'],
    funding: 'debit',
    checks: { zip: 'fail' },
    risk: 'elevated',
  },
  { number: '4000000000000028', both: ['avsLine1Fail'], checks: { line1: 'fail' } },
  { number: '4000000000000010', both: ['avsFail'], checks: { line1: 'fail', zip: 'fail' } },
  {
    number: '4000000000000044',
    both: ['avsUnchecked'],
    checks: { line1: 'unavailable', zip: 'unavailable' },
  },

  // Disputes.
  { number: '4000000000000259', both: ['createDispute'], dispute: 'fraudulent' },
  { number: '4000000000002685', both: ['createDisputeProductNotReceived'], dispute: 'product_not_received' },
  { number: '4000000000001976', both: ['createDisputeInquiry'], dispute: 'inquiry' },
  { number: '4000000000005423', both: ['createIssuerFraudRecord'], fraudWarning: true },
  { number: '4000000404000079', both: ['createMultipleDisputes'], dispute: 'twice' },
  { number: '4000000404000038', both: ['createCe3EligibleDispute'], dispute: 'fraudulent' },
  { number: '4000008400000779', both: ['createComplianceDispute'], dispute: 'compliance' },

  // Refunds and available balance.
  { number: '4000000000007726', both: ['pendingRefund'], refund: 'pending_first' },
  { number: '4000000000005126', both: ['refundFail'], refund: 'fails_later' },
  { number: '4000000000000077', both: ['bypassPending'], bypassesPending: true },
  { number: '4000003720000278', both: ['bypassPendingInternational'], country: 'IE', bypassesPending: true },

  // 3-D Secure.
  {
    number: '4000002500003155',
    both: ['authenticationRequiredOnSetup'],
    country: 'FR',
    authentication: 'unless_set_up',
  },
  { number: '4000002760003184', both: ['authenticationRequired'], country: 'DE', authentication: 'always' },
  {
    number: '4000003800000446',
    both: ['authenticationRequiredSetupForOffSession'],
    country: 'IT',
    authentication: 'on_session',
  },
  {
    number: '4000008260003178',
    both: ['authenticationRequiredChargeDeclinedInsufficientFunds'],
    country: 'GB',
    authentication: 'on_session',
    decline: 'insufficient_funds',
    attachable: true,
  },
  { number: '4000000000003220', both: ['threeDSecure2Required'], country: 'IE', authentication: 'always' },
  {
    number: '4000008400001629',
    both: ['threeDSecureRequiredChargeDeclined'],
    authentication: 'always',
    decline: 'generic_decline',
    attachable: true,
  },
  {
    number: '4000008400001280',
    both: ['threeDSecureRequiredProcessingError'],
    authentication: 'lookup_fails',
  },
  { number: '4000000000003055', both: ['threeDSecureOptional'] },
  { number: '4000000000003097', both: ['threeDSecureOptionalProcessingError'] },
  { number: '4000000000003063', both: ['threeDSecureRequired'], authentication: 'always' },
  { number: '4000582600000094', country: 'GB', funding: 'debit', authentication: 'always' },
  { number: '4000582600000045', country: 'GB', funding: 'debit', authentication: 'always' },
  { number: '4000582600000102', country: 'GB', funding: 'debit', authentication: 'always' },
  { number: '4000582600000110', country: 'GB', funding: 'debit', authentication: 'always' },
  // The captcha itself belongs to Stripe's page; without one, the payment simply succeeds.
  { number: '4000000000001208' },
  { number: '4000000000003725' },
];

/** Names that share a number with another row but end differently; the last ones bring a fault of the simulator's own. */
const variants: readonly Row[] = [
  {
    number: '4000000000000341',
    token: ['visa_chargeCustomerFailLostCard'],
    decline: 'lost_card',
    attachable: true,
  },
  {
    number: '4000000000000341',
    token: ['visa_chargeCustomerFailStolenCard'],
    decline: 'stolen_card',
    attachable: true,
  },
  ...requestFaultKinds.map((kind) => ({ number: '4242424242424242', both: [`simulator_${kind}`] })),
];

function toCard({ both = [], paymentMethod = [], token = [], ...row }: Row): TestCard {
  return {
    brand: 'visa',
    funding: 'credit',
    country: 'US',
    ...row,
    row: both[0] ?? token[0] ?? `ending_${row.number.slice(-6)}`,
    paymentMethods: [...both, ...paymentMethod].map((name) => `pm_card_${name}`),
    tokens: [...both, ...token].map((name) => `tok_${name}`),
  };
}

/** Every test card that Stripe documents for use through the API. */
export const testCards: readonly TestCard[] = [...rows, ...variants].map(toCard);

const byRow = new Map(testCards.map((card) => [card.row, card]));
// Variants come last and share a number, so the first row of a number is the documented one.
const byNumber = new Map([...testCards].reverse().map((card) => [card.number, card]));
const byPaymentMethod = new Map(
  testCards.flatMap((card) => card.paymentMethods.map((name) => [name, card] as const)),
);
const byToken = new Map(testCards.flatMap((card) => card.tokens.map((name) => [name, card] as const)));

export const cardOfRow = (row: string): TestCard | undefined => byRow.get(row);
export const cardOfNumber = (number: string): TestCard | undefined => byNumber.get(number);
export const cardOfPaymentMethod = (name: string): TestCard | undefined => byPaymentMethod.get(name);
export const cardOfToken = (name: string): TestCard | undefined => byToken.get(name);
