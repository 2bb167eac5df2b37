import { type Emulator, startEmulatorProcess } from './emulator-process';

/** SQS, SNS and S3. State in memory; gaps: no conditional put, versioning or object lock, one FIFO message at a time. */
export const startFauxqs = (): Promise<Emulator> => startEmulatorProcess('fauxqs.mjs');

/** Kinesis, the fast one: no resharding, no StreamARN. */
export const startKinesalite = (): Promise<Emulator> => startEmulatorProcess('kinesalite.cjs');

/** Kinesis, the complete one: splits and merges shards. Ten times slower. */
export const startKinesisLocal = (): Promise<Emulator> => startEmulatorProcess('kinesis-local.cjs');

/** What every SDK client of a test is made with. The stand-ins check no signature. */
export const clientSettings = ({ endpoint }: { readonly endpoint: string }) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
