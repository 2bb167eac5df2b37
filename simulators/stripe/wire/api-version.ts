/** The API version spoken: the one the `stripe` package of this repository pins (a test compares them). */
export const apiVersion = '2026-10-28.endive';
