import { invalidRequest, missingParameter, unknownParameter } from './api-error';
import type { FormObject, FormValue } from './form';

export type Metadata = Readonly<Record<string, string>>;

/** Stripe's documented limits on metadata. */
const metadataLimit = { keys: 50, keyLength: 40, valueLength: 500 };

/**
 * The parameters of one request, read by name and type.
 * Every reader refuses a malformed value with Stripe's own error; `undefined` means that the parameter was not
 * sent, an empty string that the client asks for the value to be unset.
 */
export class Parameters {
  constructor(
    private readonly values: FormObject,
    private readonly path = '',
  ) {}

  /** @throws ApiError `parameter_unknown` for the first name that is not listed. */
  allowOnly(allowed: ReadonlySet<string>): void {
    for (const name in this.values) if (!allowed.has(name)) throw unknownParameter(this.named(name));
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  isGroup(name: string): boolean {
    return typeof this.values[name] === 'object';
  }

  get isEmpty(): boolean {
    return Object.keys(this.values).length === 0;
  }

  text(name: string, limit = 5_000): string | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      throw invalidRequest(`Invalid string: ${JSON.stringify(value)}`, { param: this.named(name) });
    }
    if (value.length > limit) {
      throw invalidRequest(
        `Invalid string: ${value.slice(0, 20)}...; must be at most ${limit} characters, but is ${value.length}`,
        { param: this.named(name) },
      );
    }
    return value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingParameter(this.named(name));
    if (value === '') {
      throw invalidRequest(
        `You passed an empty string for '${this.named(name)}'. We assume empty values are an attempt to unset a parameter; however '${this.named(name)}' cannot be unset. You should remove '${this.named(name)}' from your request or supply a non-empty value.`,
        { code: 'parameter_invalid_empty', param: this.named(name) },
      );
    }
    return value;
  }

  /** A text that the client may unset: `null` when it was sent empty. */
  optionalText(name: string, limit?: number): string | null | undefined {
    const value = this.text(name, limit);
    return value === '' ? null : value;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(value)) {
      throw invalidRequest(`Invalid integer: ${value}`, {
        code: 'parameter_invalid_integer',
        param: this.named(name),
      });
    }
    return Number(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined || value === '') return undefined;
    if (value !== 'true' && value !== 'false') {
      throw invalidRequest(`Invalid boolean: ${value}`, { param: this.named(name) });
    }
    return value === 'true';
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined || value === '') return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
      const choices =
        allowed.length > 1 ? `${allowed.slice(0, -1).join(', ')}, or ${allowed.at(-1)}` : allowed.join();
      throw invalidRequest(`Invalid ${this.named(name)}: must be one of ${choices}`, {
        param: this.named(name),
      });
    }
    return found;
  }

  group(name: string): Parameters | undefined {
    const value = this.values[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string' || Array.isArray(value)) {
      throw invalidRequest('Invalid object', { param: this.named(name) });
    }
    return new Parameters(value, this.named(name));
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.values[name];
    if (value === undefined || value === '') return undefined;
    return this.items(name, value).map((item) => {
      if (typeof item !== 'string') throw invalidRequest('Invalid array', { param: this.named(name) });
      return item;
    });
  }

  /** An e-mail address. @throws ApiError `email_invalid`. */
  optionalEmail(name: string): string | null | undefined {
    const email = this.optionalText(name);
    if (email == null || /^[^\s@]+@[^\s@]+$/.test(email)) return email;
    throw invalidRequest(`Invalid email address: ${email}`, {
      code: 'email_invalid',
      param: this.named(name),
    });
  }

  /** An address to which the payer is sent, an app's own scheme included. @throws ApiError `url_invalid`. */
  url(name: string): string | undefined {
    const url = this.text(name);
    if (url === undefined || url === '') return undefined;
    if (URL.canParse(url)) return url;
    throw invalidRequest(`Not a valid URL: ${url}`, { code: 'url_invalid', param: this.named(name) });
  }

  /** Merges sent metadata over what is stored: an empty value removes its key, an empty `metadata` all of them. */
  metadata(stored: Metadata = {}): Metadata {
    const value = this.values['metadata'];
    if (value === undefined) return stored;
    if (value === '') return {};
    if (typeof value === 'string' || Array.isArray(value))
      throw invalidRequest('Invalid object', { param: 'metadata' });
    const merged = new Map(Object.entries(stored));
    for (const [key, one] of Object.entries(value)) mergeMetadata(merged, key, one);
    if (merged.size > metadataLimit.keys) {
      throw invalidRequest(`Metadata can have at most ${metadataLimit.keys} keys.`, { param: 'metadata' });
    }
    return Object.fromEntries(merged);
  }

  /** The values of `a[]=b`, of `a[0]=b` in the order of their numbers, or of `a=b`. */
  private items(name: string, value: FormValue): readonly FormValue[] {
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value;
    if (!Object.keys(value).every((key) => /^\d+$/.test(key)))
      throw invalidRequest('Invalid array', { param: this.named(name) });
    return Object.values(value);
  }

  private named(name: string): string {
    return this.path === '' ? name : `${this.path}[${name}]`;
  }
}

function mergeMetadata(merged: Map<string, string>, key: string, value: FormValue): void {
  const param = `metadata[${key}]`;
  if (typeof value !== 'string') throw invalidRequest(`Invalid string: ${JSON.stringify(value)}`, { param });
  if (key.length > metadataLimit.keyLength) {
    throw invalidRequest(`Metadata keys can be at most ${metadataLimit.keyLength} characters long.`, {
      param,
    });
  }
  if (value.length > metadataLimit.valueLength) {
    throw invalidRequest(`Metadata values can be at most ${metadataLimit.valueLength} characters long.`, {
      param,
    });
  }
  if (value === '') merged.delete(key);
  else merged.set(key, value);
}
