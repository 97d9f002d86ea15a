import { CONTENDERS, readArguments, usage } from '../src/arguments.mjs';

describe('the arguments of the benchmark', () => {
  it('measures everything when nothing else is asked for', () => {
    expect(readArguments([])).toMatchObject({
      task: 'measure',
      quick: false,
      parts: ['load', 'startup', 'size'],
      services: ['fastify', 'express', 'nest'],
      routes: ['hello', 'query'],
      contenders: CONTENDERS,
      sampled: undefined,
      rounds: 3,
      files: {},
    });
  });

  it('keeps a quick run to one short round of two contenders', () => {
    expect(readArguments(['--quick'])).toMatchObject({
      parts: ['load'],
      services: ['fastify', 'express', 'nest'],
      routes: ['hello'],
      contenders: ['bare', 'otelier'],
      sampled: [1],
      rounds: 1,
      seconds: 1,
    });
  });

  it('takes lists, numbers and several versions of Node', () => {
    const settings = readArguments([
      '--services=express,nest',
      '--sampled=1,0.01',
      '--rounds=5',
      '--rate=800',
      '--node=a/node',
      '--node=b/node',
      '--json=out.json',
    ]);

    expect(settings).toMatchObject({
      services: ['express', 'nest'],
      sampled: [1, 0.01],
      rounds: 5,
      rate: 800,
      nodes: ['a/node', 'b/node'],
      files: { json: 'out.json' },
    });
  });

  it.each([
    [['--services=koa'], "--services holds 'koa'; allowed are fastify, express, nest."],
    [['--rounds=0'], "--rounds is '0'; it takes a number above 0."],
    [['--rate=fast'], "--rate is 'fast'; it takes a number above 0."],
    [['--sampled=1,2'], "--sampled is '1,2'; it takes shares above 0, up to 1."],
  ])('names the option and the value of %p', (programArguments, message) => {
    expect(() => readArguments(programArguments)).toThrow(new TypeError(message));
  });

  it('refuses an option that it does not know', () => {
    expect(() => readArguments(['--fast'])).toThrow("Unknown option '--fast'");
  });

  it('ends with one task, help before all others', () => {
    expect(readArguments(['--micro', '--help']).task).toBe('help');
    expect(readArguments(['--micro', '--only=sql'])).toMatchObject({ task: 'micro', only: 'sql' });
    expect(readArguments(['--peers']).task).toBe('peers');
    expect(readArguments(['--summary=folder'])).toMatchObject({ task: 'summary', summary: 'folder' });
    expect(usage).toContain('--quick');
  });
});
