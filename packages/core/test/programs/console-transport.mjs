// A transport of pino's that prints the messages of lines by console.
import { Writable } from 'node:stream';

export default () =>
  new Writable({
    write(chunk, _encoding, done) {
      chunk.toString().trimEnd().split('\n').forEach((line) => console.log(`transport: ${JSON.parse(line).msg}`));
      done();
    },
  });
