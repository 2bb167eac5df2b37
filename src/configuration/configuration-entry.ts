import { isIP } from 'node:net';

/** One variable of the environment: what it means, what it may hold, and what holds when it is not set. */
export interface ConfigurationEntry<Value> {
  readonly name: string;
  /** For the reference; begins with a capital, ends with a full stop. */
  readonly description: string;
  /** Completes "it must be …". */
  readonly allowed: string;
  readonly default: Value;
  /** For the reference. */
  readonly defaultText: string;
  /** Never shown, not even in the refusal of a wrong value. */
  readonly isSecret: boolean;
  readonly parse: (text: string) => Parsed<Value>;
}

export type Parsed<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false };

interface Described {
  readonly name: string;
  readonly description: string;
}

const parsed = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });
const wrong: Parsed<never> = { ok: false };

/** A whole number. */
export function integer(
  options: Described & { readonly default: number; readonly minimum: number; readonly maximum: number },
): ConfigurationEntry<number> {
  const { minimum, maximum } = options;
  return {
    ...describe(options),
    allowed: `a whole number from ${minimum} to ${maximum}`,
    default: options.default,
    defaultText: `\`${options.default}\``,
    parse: (text) => {
      const value = Number(text);
      return /^\d{1,10}$/.test(text) && value >= minimum && value <= maximum ? parsed(value) : wrong;
    },
  };
}

/** One of a few words. */
export function choice<const Option extends string>(
  options: Described & { readonly options: readonly Option[]; readonly default: NoInfer<Option> },
): ConfigurationEntry<Option> {
  return {
    ...describe(options),
    allowed: `one of ${options.options.map((option) => `"${option}"`).join(', ')}`,
    default: options.default,
    defaultText: `\`${options.default}\``,
    parse: (text) => {
      const found = options.options.find((option) => option === text);
      return found === undefined ? wrong : parsed(found);
    },
  };
}

/** Text of a form that an expression describes. */
export function text(
  options: Described & { readonly default: string; readonly pattern: RegExp; readonly allowed: string },
): ConfigurationEntry<string> {
  return {
    ...describe(options),
    allowed: options.allowed,
    default: options.default,
    defaultText: `\`${options.default}\``,
    parse: (value) => (options.pattern.test(value) ? parsed(value) : wrong),
  };
}

/** A word that is derived from elsewhere when it is not set. */
export function optionalText(
  options: Described & { readonly pattern: RegExp; readonly allowed: string; readonly defaultText: string },
): ConfigurationEntry<string | undefined> {
  return {
    ...describe(options),
    allowed: options.allowed,
    default: undefined,
    defaultText: options.defaultText,
    parse: (value) => (options.pattern.test(value) ? parsed(value) : wrong),
  };
}

/** A secret that nothing stands in for. */
export function optionalSecret(
  options: Described & { readonly pattern: RegExp; readonly allowed: string },
): ConfigurationEntry<string | undefined> {
  return {
    ...describe(options),
    isSecret: true,
    allowed: options.allowed,
    default: undefined,
    defaultText: 'not set',
    parse: (value) => (options.pattern.test(value) ? parsed(value) : wrong),
  };
}

/** A URL with one of the given schemes. One that can hold a password is a secret. */
export function optionalUrl(
  options: Described & {
    readonly schemes: readonly string[];
    readonly example: string;
    readonly isSecret: boolean;
    readonly defaultText: string;
  },
): ConfigurationEntry<string | undefined> {
  return {
    ...describe(options),
    isSecret: options.isSecret,
    allowed: `a URL like ${options.example}`,
    default: undefined,
    defaultText: options.defaultText,
    parse: (value) => {
      if (!URL.canParse(value)) return wrong;
      const url = new URL(value);
      return options.schemes.includes(url.protocol) && url.host !== '' ? parsed(value) : wrong;
    },
  };
}

/** Values between commas. */
export function list(
  options: Described & {
    readonly isSecret: boolean;
    readonly isItem: (item: string) => boolean;
    readonly allowed: string;
  },
): ConfigurationEntry<readonly string[]> {
  return {
    ...describe(options),
    isSecret: options.isSecret,
    allowed: options.allowed,
    default: [],
    defaultText: 'none',
    parse: (value) => {
      const items = value.split(',').map((item) => item.trim());
      return items.every(options.isItem) ? parsed([...new Set(items)]) : wrong;
    },
  };
}

/** An IP address or a network such as `10.0.0.0/8`. */
export function isAddressOrNetwork(item: string): boolean {
  const [address, prefix, ...rest] = item.split('/');
  const version = isIP(address ?? '');
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

const describe = ({ name, description }: Described) => ({ name, description, isSecret: false });
