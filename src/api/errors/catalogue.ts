import { type AccountErrorCode, accountsCatalogue } from '../../core/accounts';
import type { Catalogue, CatalogueEntry } from '../../core/kernel';
import { type ChargeErrorCode, pageCatalogue, paymentsCatalogue } from '../../core/payments';
import { type RiskErrorCode, riskCatalogue } from '../../core/risk';
import type { PageErrorCode } from '../../core/ports';
import { type WebhookErrorCode, webhooksCatalogue } from '../../core/webhooks';
import { type ApiErrorCode, apiCatalogue } from './api-catalogue';

/** Every code that an answer can carry. A new context adds its catalogue here and its statuses in status-of.ts. */
export type ErrorCode =
  ApiErrorCode | AccountErrorCode | ChargeErrorCode | RiskErrorCode | PageErrorCode | WebhookErrorCode;

export const errorCatalogue: Catalogue<ErrorCode> = {
  ...apiCatalogue,
  ...accountsCatalogue,
  ...paymentsCatalogue,
  ...riskCatalogue,
  ...pageCatalogue,
  ...webhooksCatalogue,
};

/** By code, in alphabetical order. */
export const errorCodes = (Object.keys(errorCatalogue) as ErrorCode[]).sort();

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCatalogue, text);

export const entryOf = (code: ErrorCode): CatalogueEntry => errorCatalogue[code];
