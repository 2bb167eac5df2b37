import { decimalsOf } from './currencies';

/** Stripe's published United States price: 2.9% + 0.30. */
const rateBps = 290;
const fixedHundredths = 30;
/** A lost dispute costs 15.00. */
const disputeHundredths = 1_500;

/** The processing fee in minor units, rounded half up. */
export const processingFee = (amountMinor: number, currency: string): number =>
  Math.floor((amountMinor * rateBps + 5_000) / 10_000) + fromHundredths(fixedHundredths, currency);

export const disputeFee = (currency: string): number => fromHundredths(disputeHundredths, currency);

/** Zero-decimal currencies keep the figure itself: 30 yen is close to what Stripe charges there. */
const fromHundredths = (hundredths: number, currency: string): number =>
  decimalsOf(currency) === 3 ? hundredths * 10 : hundredths;
