import { gunzipSync } from 'node:zlib';
import { verifies } from '@otelier/testkit';
import { GzipCompression } from '../../src/pipeline/gzip-compression.js';
import { SeededRandom } from '../sql/seeded-random.js';

const random = new SeededRandom(7);

/** Bytes that hardly can be compressed, and need several pieces of output when they are many. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

describe('the compression of bodies', () => {
  verifies('Q1', 'makes a whole gzip of each body, of any length, one after the other', async () => {
    const compression = new GzipCompression();
    for (const body of [noise(0), noise(1), Buffer.from('span '.repeat(60_000)), noise(300_000), noise(100)]) {
      expect(gunzipSync(await compression.compress(body)).equals(body)).toBe(true);
    }
  });

  verifies('Q1', 'keeps bodies apart that come at the same time', async () => {
    const compression = new GzipCompression();
    const bodies = Array.from({ length: 5 }, (_, index) => Buffer.from(`${index} `.repeat(20_000)));
    const compressed = await Promise.all(bodies.map((body) => compression.compress(body)));
    expect(compressed.map((body) => gunzipSync(body).toString().slice(0, 2))).toEqual(['0 ', '1 ', '2 ', '3 ', '4 ']);
  });

  it('goes on after its memory was given back, also while it works', async () => {
    const compression = new GzipCompression();
    const first = compression.compress(noise(1000));
    compression.release();
    expect(gunzipSync(await first)).toHaveLength(1000);
    compression.release();
    expect(gunzipSync(await compression.compress(noise(1000)))).toHaveLength(1000);
  });

  it('rejects what zlib does not take, and goes on', async () => {
    const compression = new GzipCompression();
    await expect(compression.compress(42 as unknown as Uint8Array)).rejects.toThrow('chunk');
    expect(gunzipSync(await compression.compress(noise(10)))).toHaveLength(10);
  });
});
