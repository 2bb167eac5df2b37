import { errorCatalogue, errorCodes } from '../../src/api/errors/catalogue';
import { statusOf } from '../../src/api/errors/status-of';

test('every code has whole sentences, and a status of its kind', () => {
  for (const code of errorCodes) {
    const { meaning, remedy } = errorCatalogue[code];
    expect([code, meaning, remedy]).toEqual([
      code,
      expect.stringMatching(/^[A-Z].*\.$/) as unknown,
      expect.stringMatching(/^[A-Z].*\.$/) as unknown,
    ]);
    expect([400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 500, 503]).toContain(statusOf[code]);
  }
});
