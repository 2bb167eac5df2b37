import { readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';

/** What `pg` takes as `ssl`: the server must show a certificate of its own name, signed by one of these. */
export interface DatabaseTls {
  readonly ca: readonly string[];
  readonly rejectUnauthorized: true;
}

export class CertificatesUnreadable extends Error {
  override readonly name = 'CertificatesUnreadable';
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificate authorities of the database, from a bundle such as Amazon's `global-bundle.pem`.
 * @throws CertificatesUnreadable when there is none in it: connecting without a check is no fallback
 */
export async function loadDatabaseTls(bundlePath: string): Promise<DatabaseTls> {
  try {
    const ca = (await readFile(bundlePath, 'utf8')).match(certificate) ?? [];
    if (ca.length === 0) throw new Error('it holds no certificate in PEM');
    for (const pem of ca) new X509Certificate(pem);
    return { ca, rejectUnauthorized: true };
  } catch (error) {
    throw new CertificatesUnreadable(
      `${bundlePath} is no bundle of certificates; take global-bundle.pem from https://truststore.pki.rds.amazonaws.com`,
      { cause: error },
    );
  }
}
