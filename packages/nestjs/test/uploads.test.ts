import { Controller, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { verifies } from '@otelier/testkit';
import { activeTraceId } from '@otelier/testkit/conformance';
import { nestBench } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

const BOUNDARY = 'upload-boundary';

@Controller('files')
class FilesController {
  @Post(':id')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: 100_000 } }))
  upload(@UploadedFile() file: { size: number }): object {
    return { size: file.size, trace: activeTraceId() };
  }
}

function multipart(size: number): { method: string; headers: Record<string, string>; body: string } {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain`;
  const body = `${head}\r\n\r\n${'x'.repeat(size)}\r\n--${BOUNDARY}--\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': String(body.length) };
  return { method: 'POST', headers, body };
}

describe(`nestjs ${NEST_MAJOR} on express`, () => {
  const bench = nestBench();
  const parts = { controllers: [FilesController] };

  verifies(['R12', 'N2'], "keeps the request's context in a handler behind FileInterceptor", async () => {
    const { answer, span } = await bench.ask('express', parts, '/files/7', multipart(80_000));
    expect(JSON.parse(answer.text)).toEqual({ size: 80_000, trace: span.spanContext().traceId });
    expect(span.name).toBe('POST /files/:id');
  });

  verifies(['R5', 'N2'], 'leaves a file that is too large to the client', async () => {
    const { answer, span } = await bench.ask('express', parts, '/files/7', multipart(200_000));
    expect(answer.status).toBe(413);
    expect(span.attributes).toMatchObject({ 'http.route': '/files/:id', 'http.response.status_code': 413 });
    expect(span.events).toEqual([]);
  });
});
