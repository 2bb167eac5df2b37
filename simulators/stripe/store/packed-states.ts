import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { HashIndex } from './hash-index';
import type { References, Stored } from './stored';

/** So many states are packed together: more pack better, and take longer to be read. */
export const blockSize = 128;
/** Blocks that were read lately stay unpacked. */
const cacheLimit = 4;

/** The cheapest quality: it packs states as small as deflate's usual level, in a third of the time. */
const compression = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

interface Block {
  /** The states as compressed JSON. */
  readonly bytes: Buffer;
  /** When its latest state was created, in seconds. */
  readonly latest: number;
}

/** A piece of packed states, as a snapshot holds it. */
export type PackedPart =
  | { readonly kind: 'block'; readonly bytes: Buffer; readonly latest: number }
  | { readonly kind: 'dropped'; readonly blocks: number }
  | { readonly kind: 'ids' | 'references'; readonly pairs: Uint32Array };

/** So many figures of an index make one part. */
const chunkLength = 32_768;

const chunksOf = (pairs: Uint32Array): readonly Uint32Array[] =>
  Array.from({ length: Math.ceil(pairs.length / chunkLength) }, (_, chunk) =>
    pairs.subarray(chunk * chunkLength, (chunk + 1) * chunkLength),
  );

/**
 * States in blocks of {@link blockSize}, in order of creation: about a fifth of the memory that they take as objects.
 * Reading one unpacks its block.
 */
export class PackedStates<T extends Stored> {
  /** Undefined where a block was dropped. */
  private readonly blocks: (Block | undefined)[] = [];
  private readonly byId = new HashIndex();
  private readonly byReference = new HashIndex();
  private readonly cache = new Map<number, readonly T[]>();
  private dropped = 0;

  constructor(private readonly references: References<T>) {}

  get size(): number {
    return this.blocks.length * blockSize;
  }

  /** Appends one block. */
  add(states: readonly T[]): void {
    const first = this.size;
    this.blocks.push(pack(states));
    for (const [place, state] of states.entries()) {
      this.byId.add(state.id, first + place);
      for (const key of this.references.of(state)) this.byReference.add(key, first + place);
    }
  }

  /** Takes over a part of another instance, without unpacking it. */
  load(part: PackedPart): void {
    switch (part.kind) {
      case 'dropped':
        this.blocks.length = part.blocks;
        this.dropped = part.blocks;
        break;
      case 'block':
        this.blocks.push({ bytes: part.bytes, latest: part.latest });
        break;
      case 'ids':
        this.byId.load(part.pairs);
        break;
      case 'references':
        this.byReference.load(part.pairs);
    }
  }

  /** Everything that is left, as it is at this moment, in the order in which {@link load} takes it. */
  parts(): readonly PackedPart[] {
    if (this.blocks.length === 0) return [];
    const least = this.dropped * blockSize;
    return [
      { kind: 'dropped', blocks: this.dropped },
      ...this.blocks.flatMap((block) => (block === undefined ? [] : [{ kind: 'block' as const, ...block }])),
      ...chunksOf(this.byId.pairs(least)).map((pairs) => ({ kind: 'ids' as const, pairs })),
      ...chunksOf(this.byReference.pairs(least)).map((pairs) => ({ kind: 'references' as const, pairs })),
    ];
  }

  at(index: number): T | undefined {
    return this.read(Math.floor(index / blockSize))[index % blockSize];
  }

  indexOf(id: string): number | undefined {
    return this.byId.find(id).find((index) => this.at(index)?.id === id);
  }

  /** The places of the states that carry the key, and perhaps of some others. */
  referring(key: string): readonly number[] {
    return this.byReference.find(key);
  }

  /** Packs a block again, with these states, each given with its place, instead of those that it has there. */
  replace(block: number, changed: ReadonlyMap<number, T>): void {
    const first = block * blockSize;
    const before = this.read(block);
    for (const [index, state] of changed) {
      const old = before[index - first];
      const known = new Set(old === undefined ? [] : this.references.of(old));
      for (const key of this.references.of(state)) if (!known.has(key)) this.byReference.add(key, index);
    }
    this.cache.delete(block);
    this.blocks[block] = pack(before.map((state, place) => changed.get(first + place) ?? state));
  }

  /** Forgets the oldest blocks, as long as all that is in them was created before. */
  dropBefore(created: number, isKept: (block: number) => boolean): void {
    for (let block = this.blocks[this.dropped]; block !== undefined; block = this.blocks[this.dropped]) {
      if (block.latest >= created || isKept(this.dropped)) return;
      this.cache.delete(this.dropped);
      this.blocks[this.dropped] = undefined;
      this.dropped += 1;
    }
  }

  private read(block: number): readonly T[] {
    const cached = this.cache.get(block);
    if (cached !== undefined) return cached;
    const packed = this.blocks[block];
    if (packed === undefined) return [];
    const states = unpack(packed.bytes) as readonly T[];
    const [oldest] = this.cache.keys();
    if (oldest !== undefined && this.cache.size >= cacheLimit) this.cache.delete(oldest);
    this.cache.set(block, states);
    return states;
  }
}

function pack(states: readonly Stored[]): Block {
  const compressed = brotliCompressSync(JSON.stringify(states), compression);
  // What zlib returns may be the beginning of a larger buffer, all of which would stay in memory.
  const bytes = Buffer.allocUnsafeSlow(compressed.length);
  compressed.copy(bytes);
  return { bytes, latest: latestOf(states) };
}

const unpack = (bytes: Buffer): unknown => JSON.parse(brotliDecompressSync(bytes).toString());

const latestOf = (states: readonly Stored[]): number =>
  states.reduce((latest, { created }) => Math.max(latest, created), 0);
