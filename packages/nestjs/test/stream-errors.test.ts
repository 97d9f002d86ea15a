import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { OtelModule } from '@otelier/nestjs';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, send, serverSpan } from '@otelier/testkit/conformance';
import { createApp, nestBench, PLATFORMS, serve } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

class CutError extends Error {}

@Controller('places')
class PlacesController {
  @Get(':id')
  file(): StreamableFile {
    return brokenFile();
  }
}

/** A file that fails when its first bytes are on their way. */
function brokenFile(): StreamableFile {
  let begun = false;
  return new StreamableFile(
    new Readable({
      read() {
        if (!begun) {
          begun = true;
          this.push('begun');
        } else {
          setImmediate(() => this.destroy(new CutError('cut')));
        }
      },
    }),
  );
}

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  verifies(['R6', 'R8'], 'records the error of a file that fails when the answer has begun', async () => {
    const parts = { controllers: [PlacesController], imports: [OtelModule.forRoot()] };
    const running = await serve(await createApp(platform, parts), bench.telemetry);
    await expect(send(running.server, '/places/7')).rejects.toThrow(/aborted|hang up/);
    const span = await serverSpan(running);
    await running.server.close();
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 200, 'error.type': 'CutError' });
    expect(exceptionsOf(span)).toHaveLength(1);
  });
});
