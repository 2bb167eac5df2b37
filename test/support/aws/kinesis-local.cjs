// Runs kinesis-local (Kinesis, with resharding) and tells its plain port to the process that forked it. The program
// listens on every address of fixed ports; here every listen is turned to a free port of the loopback address.
const path = require('node:path');
const net = require('node:net');

const plainPort = 1;
Object.assign(process.env, {
  KINESIS_MOCK_PLAIN_PORT: String(plainPort),
  KINESIS_MOCK_TLS_PORT: '2',
  KINESIS_MOCK_CERT_PATH: path.join(path.dirname(require.resolve('kinesis-local/main.js')), 'server.json'),
  CREATE_STREAM_DURATION: '5ms',
  DELETE_STREAM_DURATION: '5ms',
  SPLIT_SHARD_DURATION: '5ms',
  MERGE_SHARDS_DURATION: '5ms',
  LOG_LEVEL: 'ERROR',
});
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const callback = args.find((argument) => typeof argument === 'function');
  this.once('listening', () => {
    if (args[0] === plainPort) process.send({ port: this.address().port });
  });
  return listen.call(this, { port: 0, host: '127.0.0.1' }, callback);
};
process.on('disconnect', () => process.exit());
require('kinesis-local/main.js');
