import { promisify } from 'node:util';
import { constants, createGzip, gzip, type Gzip, type ZlibOptions, type ZlibReset } from 'node:zlib';

/**
 * Telemetry repeats itself: the quickest level leaves 3 to 10 % more bytes than the default one, for a third of its CPU.
 * With one piece of output there is one call of the thread pool.
 */
const COMPRESSION: ZlibOptions = { level: 1, memLevel: 9, chunkSize: 64 * 1024 };

const compressApart = promisify<Uint8Array, ZlibOptions, Buffer>(gzip);

/** The types of Node forget that gzip is deflate with a frame. */
type ReusableGzip = Gzip & ZlibReset;

/**
 * Compresses one body after the other with the same tables, which are larger than most bodies: made anew for each, they
 * would be most of what the garbage collector hears of. What comes meanwhile has tables of its own.
 */
export class GzipCompression {
  private stream: ReusableGzip | undefined;
  private isBusy = false;

  /** Rejects when zlib fails. */
  async compress(body: Uint8Array): Promise<Uint8Array> {
    if (this.isBusy) {
      return compressApart(body, COMPRESSION);
    }
    this.isBusy = true;
    try {
      // Every write is a whole body.
      this.stream ??= createGzip({ ...COMPRESSION, flush: constants.Z_FINISH }) as ReusableGzip;
      const compressed = await writeWhole(this.stream, body);
      this.stream.reset();
      return compressed;
    } catch (error) {
      this.drop();
      throw error;
    } finally {
      this.isBusy = false;
    }
  }

  /** Gives the memory back, unless it is in use; it is made again when it is needed. */
  release(): void {
    if (!this.isBusy) {
      this.drop();
    }
  }

  private drop(): void {
    this.stream?.destroy();
    this.stream = undefined;
  }
}

function writeWhole(stream: Gzip, body: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const add = (piece: Buffer): void => void pieces.push(piece);
    const settle = (error: Error | null | undefined): void => {
      stream.off('data', add);
      stream.off('error', settle);
      if (error) {
        reject(error);
      } else {
        resolve(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces));
      }
    };
    stream.on('data', add);
    stream.on('error', settle);
    stream.write(body, settle);
  });
}
