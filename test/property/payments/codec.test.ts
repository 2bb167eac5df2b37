import * as fc from 'fast-check';
import type { JsonObject } from '../../../src/core/kernel';
import { merchantCodec } from '../../../src/core/accounts';
import { type ChargeEvent, chargeCodec, pspNoticeCodec } from '../../../src/core/payments';
import { chargeEvents } from './charge-events';

test.each(Object.keys(chargeEvents) as ChargeEvent['type'][])(
  '%s comes back as it was, through the text that the journal stores',
  (type) => {
    fc.assert(
      fc.property(chargeEvents[type] as fc.Arbitrary<ChargeEvent>, (event) => {
        const encoded = chargeCodec.encode(event);
        expect(encoded.type).toBe(type);
        const data = JSON.parse(JSON.stringify(encoded.data)) as JsonObject;
        expect(chargeCodec.decode({ ...encoded, data })).toEqual(event);
        for (const codec of [merchantCodec, pspNoticeCodec]) expect(codec.decode(encoded)).toBeNull();
      }),
    );
  },
);

test('every type that the context records was tried', () => {
  expect(Object.keys(chargeEvents).sort()).toEqual([...chargeCodec.types].sort());
});
