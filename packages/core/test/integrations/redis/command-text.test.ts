import { askRedis, describeWith, testRedis, verifies } from '@otelier/testkit';
import { commandName } from '../../../src/integrations/redis/command-name';
import { commandText } from '../../../src/integrations/redis/command-text';
import { SeededRandom } from '../../sql/seeded-random';

const SECRET = 'hunter2';

describe('the text of a command', () => {
  verifies('D9', 'shows the keys and hides everything else', () => {
    const texts: readonly [string, string][] = [
      ['GET k', 'GET k'],
      ['SET k hunter2 EX 60', 'SET k ? ? ?'],
      ['GETSET k hunter2', 'GETSET k ?'],
      ['SETEX k 60 hunter2', 'SETEX k ? ?'],
      ['GETEX k PERSIST', 'GETEX k ?'],
      ['MSET a hunter2 b hunter2', 'MSET a ? b ?'],
      ['MGET a b c', 'MGET a b c'],
      ['HSET k hunter2 hunter2', 'HSET k ? ?'],
      ['LPUSH k hunter2', 'LPUSH k ?'],
      ['LMOVE a b LEFT RIGHT', 'LMOVE a b ? ?'],
      ['BLPOP a b 5', 'BLPOP a b ?'],
      ['BITOP AND a b c', 'BITOP ? a b c'],
      ['ZUNIONSTORE dest 2 a b WEIGHTS 1 2', 'ZUNIONSTORE dest 2 a b ? ? ?'],
      ['BLMPOP 5 2 a b LEFT', 'BLMPOP ? 2 a b ?'],
      ['EVAL hunter2 1 k hunter2', 'EVAL ? 1 k ?'],
      ['FCALL debit 1 k hunter2', 'FCALL debit 1 k ?'],
      ['XADD k * field hunter2', 'XADD k ? ? ?'],
      ['XREAD COUNT 5 STREAMS a b 0 0', 'XREAD ? ? STREAMS a b ? ?'],
      ['XREADGROUP GROUP streams c STREAMS a >', 'XREADGROUP ? ? ? STREAMS a ?'],
      ['OBJECT ENCODING k', 'OBJECT ENCODING k'],
      ['PUBLISH news hunter2', 'PUBLISH news ?'],
      ['JSON.SET k $ hunter2', 'JSON.SET k ? ?'],
    ];
    expect(texts.map(([command]) => text(command.split(' ')))).toEqual(texts.map(([, expected]) => expected));
  });

  verifies(['D9', 'X6'], 'never shows a password or a credential', () => {
    const commands = [
      'AUTH hunter2',
      'AUTH default hunter2',
      'HELLO 3 AUTH default hunter2 SETNAME hunter2',
      'ACL SETUSER alice on >hunter2 ~* +@all',
      'ACL hunter2',
      'CLIENT SETNAME hunter2',
      'CLIENT hunter2',
      'CONFIG SET requirepass hunter2',
      'CONFIG hunter2',
      'MIGRATE host 6379 hunter2 0 5000 AUTH hunter2 KEYS hunter2',
      'MIGRATE host 6379 key 0 5000 AUTH2 user hunter2',
      'SENTINEL SET mymaster auth-pass hunter2',
      'REPLICAOF hunter2 6379',
      'ECHO hunter2',
      'PING hunter2',
      'DEBUG hunter2',
      'SCRIPT LOAD hunter2',
      'FUNCTION LOAD hunter2',
      'EVALSHA hunter2 0 hunter2',
      'EVAL hunter2 9 hunter2',
      'EVAL hunter2 -1 hunter2',
      'FT.SEARCH index hunter2',
      'TS.ADD hunter2 1 2',
      'MY.COMMAND hunter2',
      'SELECT hunter2',
      'CLUSTER hunter2',
      'OBJECT hunter2 hunter2',
      'EXPIRETIMEX hunter2',
      'EXECUTE hunter2',
      'GETPASSWORD hunter2',
      'TOSTRING hunter2',
      '__PROTO__ hunter2',
      'CONSTRUCTOR hunter2',
    ];
    const shown = commands.map((command) => text(command.split(' '))).filter((command) => command.includes(SECRET));
    expect(shown).toEqual([]);
  });

  verifies(['D9', 'X6'], 'has bounds, and takes arguments that no driver sends', () => {
    const many = commandText('MSET', Array.from({ length: 100_000 }, (_, index) => (index % 2 ? SECRET : `k${index}`)));
    expect(many.length).toBeLessThan(2100);
    expect(many).not.toContain(SECRET);
    expect(many.endsWith(' …')).toBe(true);
    const long = commandText('MGET', ['k'.repeat(1_000_000), 'x'.repeat(1_000_000)]);
    expect(long.length).toBeLessThan(600);
    const hostile = { toString: () => SECRET, get length(): number { throw new Error(SECRET); } };
    expect(commandText('MGET', [hostile, null, undefined, Symbol('x'), 7, 7n, () => SECRET, [SECRET]])).toBe('MGET ? ? ? ? 7 ? ? ?');
    expect(commandText('GET', [Buffer.from('k\r\n"1"')])).toBe('GET "k\\r\\n\\"1\\""');
    expect(commandText('GET', ['a b'])).toBe('GET "a b"');
    expect(commandText('XREAD', ['STREAMS', ...Array<string>(60).fill('k'), ...Array<string>(60).fill(SECRET)])).not.toContain(SECRET);
  });

  verifies(['D9', 'X6'], 'is no more than masks for any command that is not known, whatever it is given', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 5_000; round += 1) {
      const name = `Q${random.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_', 1 + (round % 9))}`;
      const args = Array.from({ length: round % 7 }, () => SECRET);
      expect(commandText(commandName(name), args)).toBe([commandName(name), ...args.map(() => '?')].join(' '));
    }
  });
});

describeWith('redis', 'the keys in the text of a command', () => {
  verifies('D9', 'are the keys that the server itself finds in it, or fewer', async () => {
    const { url } = await testRedis();
    const wrong: string[] = [];
    let judged = 0;
    for (const words of SAMPLES.map((sample) => sample.split(' '))) {
      // The server has no keys of what is no command, such as one with too few arguments.
      const [answer] = await askRedis(url, ['EVAL', KEYS_OF, '0', ...words]).catch(() => [undefined]);
      if (answer === undefined) {
        continue;
      }
      judged += 1;
      const keys = new Set(answer.split('\r\n')[1]?.split(' ') ?? []);
      const shown = text(words).split(' ').slice(1);
      const values = shown.filter((word) => /^[ab]\d$/.test(word) && !keys.has(word));
      wrong.push(...values.map((value) => `${words.join(' ')} shows ${value}`));
    }
    expect(judged).toBeGreaterThan(250);
    expect(wrong).toEqual([]);
  });
});

/** Every argument has a name of its own, so that a value that is taken for a key is seen. */
const SAMPLES = [
  ...'APPEND BITPOS DECRBY EXPIRE EXPIREAT GEODIST GEOHASH GEOPOS GETBIT GETEX GETRANGE GETSET HDEL HEXISTS HGET HINCRBY'.split(' '),
  ...'HMGET HMSET HSET HSETNX INCRBY LINDEX LINSERT LPOS LPUSH LRANGE LREM LSET LTRIM MOVE PEXPIRE PFADD PSETEX'.split(' '),
  ...'RESTORE RPUSH SADD SETBIT SET SETEX SETNX SETRANGE SISMEMBER SORT SREM XACK XADD XCLAIM XDEL XRANGE XTRIM'.split(' '),
  ...'ZADD ZCOUNT ZINCRBY ZRANGE ZRANGEBYSCORE ZRANK ZREM ZSCORE GEOADD BITFIELD DUMP TYPE TTL GETDEL'.split(' '),
  ...'DEL EXISTS MGET PFCOUNT PFMERGE SDIFF SDIFFSTORE SINTER SUNION TOUCH UNLINK WATCH BLPOP BZPOPMIN MSET'.split(' '),
  ...'LMOVE BLMOVE BRPOPLPUSH COPY LCS RENAME RPOPLPUSH SMOVE ZRANGESTORE GEOSEARCHSTORE BITOP'.split(' '),
]
  .flatMap((name) => [1, 2, 3, 4, 5, 6].map((count) => [name, ...['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].slice(0, count)].join(' ')))
  .concat([
    'ZUNION 2 a1 a2 a3',
    'ZDIFFSTORE a1 2 a2 a3 a4',
    'SINTERCARD 2 a1 a2 LIMIT a3',
    'LMPOP 2 a1 a2 LEFT',
    'BLMPOP a0 2 a1 a2 LEFT',
    'EVAL a0 2 a1 a2 a3 a4',
    'EVALSHA 0123456789012345678901234567890123456789 1 a1 a2',
    'FCALL debit 1 a1 a2',
    'XREAD COUNT 5 STREAMS a1 a2 a3 a4',
    'XREADGROUP GROUP a0 b0 STREAMS a1 a2 a3 a4',
    'OBJECT ENCODING a1',
    'MEMORY USAGE a1',
    'XGROUP CREATE a1 a2 a3',
    'XINFO STREAM a1',
  ]);

/** `COMMAND GETKEYS` in one text; a script may not call it, so that the answer is put together here. */
const KEYS_OF = "return table.concat(redis.call('COMMAND', 'GETKEYS', unpack(ARGV)), ' ')";

function text([name = '', ...args]: readonly string[]): string {
  return commandText(commandName(name), args);
}
