/** What one look at a stage found. */
export type Diagnosis =
  | { readonly kind: 'well'; readonly seen: string }
  | {
      readonly kind: 'ill';
      /** What was seen, and what belongs there. */
      readonly seen: string;
      /** What to do about it, as a sentence. */
      readonly advice: string;
    };

export interface Examination {
  readonly name: string;
  /** One for each thing that was looked at. */
  readonly run: () => Promise<readonly Diagnosis[]>;
}

export const well = (seen: string): Diagnosis => ({ kind: 'well', seen });

export const ill = (seen: string, advice: string): Diagnosis => ({ kind: 'ill', seen, advice });
