#!/usr/bin/env node
/** What the tutorial uses of curl, for machines that have only Node.js: -s -i -o -w -H -d and a URL. */
const { readFileSync, writeFileSync } = require('node:fs');
const http = require('node:http');

const words = process.argv.slice(2).flatMap((word) => (/^-si$/.test(word) ? ['-s', '-i'] : [word]));
const request = { headers: {}, body: null, url: '', shown: false, file: null, format: '' };
while (words.length > 0) {
  const word = words.shift();
  if (word === '-s') continue;
  else if (word === '-i') request.shown = true;
  else if (word === '-o') request.file = words.shift();
  else if (word === '-w') request.format = words.shift();
  else if (word === '-d') request.body = words.shift();
  else if (word === '-H') {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(words.shift());
    request.headers[name] = value;
  } else if (word.startsWith('-')) throw new Error(`the stand-in for curl does not know ${word}`);
  else request.url = word;
}
if (request.body?.startsWith('@')) request.body = readFileSync(request.body.slice(1));
if (request.body !== null) {
  request.headers['content-length'] = Buffer.byteLength(request.body);
  if (!Object.keys(request.headers).some((name) => name.toLowerCase() === 'content-type'))
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
}
const method = request.body === null ? 'GET' : 'POST';
const call = http.request(request.url, { method, headers: request.headers, timeout: 30_000 }, (response) => {
  let text = '';
  response.setEncoding('utf8').on('data', (part) => (text += part));
  response.on('end', () => {
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\n`);
    const head = `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\n${lines.join('')}\n`;
    if (request.file === null) process.stdout.write(`${request.shown ? head : ''}${text}`);
    else if (request.file !== '/dev/null') writeFileSync(request.file, text);
    process.stdout.write(request.format.replace('%{http_code}', response.statusCode).replaceAll('\\n', '\n'));
  });
});
call.on('timeout', () => call.destroy(new Error('no answer within 30 s')));
call.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(7);
});
call.end(request.body);
