/** The one version of the API. A request may name it in `FinCore-Version`; every answer echoes it. */
export const apiVersion = '2026-11-21';
