import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox';

/** An object with exactly these properties: a misspelt setting is refused instead of doing nothing. */
export const exactly = <Properties extends Parameters<typeof Type.Object>[0]>(
  properties: Properties,
  description?: string,
) =>
  Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

/** One of several forms, told apart by `kind`, so that an error speaks about the form that was meant. */
export const oneOf = <const Forms extends readonly TObject[]>(forms: Forms, description: string) =>
  Type.Unsafe<Static<Forms[number]>>({
    type: 'object',
    discriminator: { propertyName: 'kind' },
    required: ['kind'],
    oneOf: forms,
    description,
  });

export const words = <const Word extends string>(options: readonly Word[], description: string) =>
  Type.Unsafe<Word>({ type: 'string', enum: options, description });

export const count = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

export const flag = (description: string) => Type.Boolean({ description });

export const block = (description: string) =>
  Type.String({
    pattern: String.raw`^(\d{1,3}\.){3}\d{1,3}/\d{1,2}$`,
    'x-allowed': 'a network such as 10.20.0.0/16',
    description,
  });

export const domain = (description: string) =>
  Type.String({
    pattern: String.raw`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`,
    'x-allowed': 'a domain name such as pay.example.com',
    description,
  });

export const region = (description: string) =>
  Type.String({
    pattern: '^[a-z]{2}(-[a-z]+)+-[1-9]$',
    'x-allowed': 'a region such as eu-central-1',
    description,
  });

export const snapshot = (description: string) =>
  Type.String({
    pattern: String.raw`^arn:aws:rds:[a-z0-9-]+:\d{12}:cluster-snapshot:[A-Za-z0-9:-]+$`,
    'x-allowed': 'the ARN of a snapshot of a cluster',
    description,
  });

/** What a stage may do without; it then says null, so that nothing is forgotten. */
export const orNull = <Schema extends TSchema>(schema: Schema, description: string) =>
  Type.Unsafe<Static<Schema> | null>({ ...schema, nullable: true, description });

export const list = <Item extends Parameters<typeof Type.Array>[0]>(
  item: Item,
  minItems: number,
  maxItems: number,
) => Type.Array(item, { minItems, maxItems, uniqueItems: true });

/** Lambda's smallest and largest memory. */
export const memoryMiB = (description: string) => count(128, 10_240, description);
