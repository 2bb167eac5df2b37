const { default: Sequencer } = require('@jest/test-sequencer');

/** Layers whose tests start programs and wait for them; begun last, one of them would run on alone. */
const slowLayers = ['contract', 'infra', 'http', 'system', 'fuzz', 'faults'];

/** The slowest layers first, and within a layer the order that Jest would take. */
module.exports = class SlowLayersFirst extends Sequencer {
  sort(tests) {
    const slowness = ({ context }) => slowLayers.indexOf(context.config.displayName.name);
    return super.sort(tests).sort((one, other) => slowness(other) - slowness(one));
  }
};
