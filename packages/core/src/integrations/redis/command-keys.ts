/**
 * Which arguments of a command are keys, so that they may be shown: the others are values. It is given the arguments
 * without the command's name, as far as they are looked at, and how many there are.
 */
export type KeyRule = (args: readonly string[], total: number) => KeySpan[];

/** Arguments from one position up to, and without, another; every `step`th of them. */
export interface KeySpan {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

const RULES = new Map<string, KeyRule>();

/** The first arguments are keys. */
function leading(count: number, names: string): void {
  define(names, () => [{ from: 0, to: count }]);
}

/** All arguments are keys, except for some at the end. */
function allBut(last: number, names: string): void {
  define(names, (_, total) => [{ from: 0, to: total - last }]);
}

/** A number says how many keys follow it; what stands before it can be shown too. */
function numbered(position: number, names: string, shown = position): void {
  define(names, (args, total) => [{ from: position - shown, to: position }, ...keysBehindNumber(args, position, total)]);
}

/** A subcommand out of a list, with keys behind it. */
function subcommands(names: string, words: string, keys = 0): void {
  const known = new Set(words.split(' '));
  define(names, (args) => (known.has((args[0] ?? '').toUpperCase()) ? [{ from: 0, to: 1 + keys }] : []));
}

/** Half of what follows `STREAMS` are keys, the other half are the positions in them. */
function streams(earliest: number, names: string): void {
  define(names, (args, total) => {
    const word = args.findIndex((arg, index) => index >= earliest && arg.toUpperCase() === 'STREAMS');
    return word < 0 ? [] : [{ from: word, to: word + 1 + Math.floor((total - word - 1) / 2) }];
  });
}

function define(names: string, rule: KeyRule): void {
  names.split(' ').forEach((name) => RULES.set(name, rule));
}

/** A number that promises more keys than there are arguments is a mistake, and says nothing of them. */
function keysBehindNumber(args: readonly string[], position: number, total: number): KeySpan[] {
  const number = args[position] ?? '';
  const end = position + 1 + Number(number);
  return /^\d{1,7}$/.test(number) && end <= total ? [{ from: position, to: end }] : [];
}

leading(
  1,
  'APPEND BITCOUNT BITFIELD BITFIELD_RO BITPOS DECR DECRBY DUMP EXPIRE EXPIREAT EXPIRETIME GEOADD GEODIST GEOHASH ' +
    'GEOPOS GEORADIUS GEORADIUS_RO GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEOSEARCH GET GETBIT GETDEL GETEX GETRANGE ' +
    'GETSET HDEL HEXISTS HEXPIRE HEXPIREAT HEXPIRETIME HGET HGETALL HGETDEL HGETEX HINCRBY HINCRBYFLOAT HKEYS HLEN ' +
    'HMGET HMSET HPERSIST HPEXPIRE HPEXPIREAT HPEXPIRETIME HPTTL HRANDFIELD HSCAN HSET HSETEX HSETNX HSTRLEN HTTL ' +
    'HVALS INCR INCRBY INCRBYFLOAT LINDEX LINSERT LLEN LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM MOVE PERSIST ' +
    'PEXPIRE PEXPIREAT PEXPIRETIME PFADD PSETEX PTTL PUBLISH RESTORE RPOP RPUSH RPUSHX SADD SCARD SET SETBIT SETEX ' +
    'SETNX SETRANGE SISMEMBER SMEMBERS SMISMEMBER SORT SORT_RO SPOP SPUBLISH SRANDMEMBER SREM SSCAN STRLEN SUBSTR TTL ' +
    'TYPE VADD VCARD VDIM VEMB VGETATTR VINFO VLINKS VRANDMEMBER VREM VSETATTR VSIM XACK XADD XAUTOCLAIM XCLAIM XDEL ' +
    'XLEN XPENDING XRANGE XREVRANGE XSETID XTRIM ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ' +
    'ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ' +
    'ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE',
);
leading(
  2,
  'BLMOVE BRPOPLPUSH COPY GEOSEARCHSTORE LCS LMOVE RENAME RENAMENX RPOPLPUSH SMOVE ZRANGESTORE',
);
allBut(
  0,
  'DEL EXISTS MGET PFCOUNT PFMERGE PSUBSCRIBE PUNSUBSCRIBE SDIFF SDIFFSTORE SINTER SINTERSTORE SSUBSCRIBE SUBSCRIBE ' +
    'SUNION SUNIONSTORE SUNSUBSCRIBE TOUCH UNLINK UNSUBSCRIBE WATCH',
);
allBut(1, 'BLPOP BRPOP BZPOPMAX BZPOPMIN');
define('MSET MSETNX', (_, total) => [{ from: 0, to: total, step: 2 }]);
define('BITOP', (_, total) => [{ from: 1, to: total }]);
numbered(0, 'LMPOP SINTERCARD ZDIFF ZINTER ZINTERCARD ZMPOP ZUNION');
numbered(1, 'ZDIFFSTORE ZINTERSTORE ZUNIONSTORE');
// A time limit stands in front.
numbered(1, 'BLMPOP BZMPOP', 0);
// A script can have values written into it.
numbered(1, 'EVAL EVAL_RO', 0);
define('EVALSHA EVALSHA_RO', (args, total) => [
  ...(isDigest(args[0]) ? [{ from: 0, to: 1 }] : []),
  ...keysBehindNumber(args, 1, total),
]);
numbered(1, 'FCALL FCALL_RO');
streams(0, 'XREAD');
streams(3, 'XREADGROUP');
subcommands('OBJECT', 'ENCODING FREQ IDLETIME REFCOUNT', 1);
subcommands('MEMORY', 'DOCTOR MALLOC-STATS PURGE STATS USAGE', 1);
subcommands('XGROUP', 'CREATE CREATECONSUMER DELCONSUMER DESTROY SETID', 1);
subcommands('XINFO', 'CONSUMERS GROUPS STREAM', 1);
subcommands(
  'ACL',
  'CAT DELUSER DRYRUN GENPASS GETUSER LIST LOAD LOG SAVE SETUSER USERS WHOAMI',
);
subcommands(
  'CLIENT',
  'CACHING GETNAME GETREDIR ID INFO KILL LIST NO-EVICT NO-TOUCH PAUSE REPLY SETINFO SETNAME TRACKING TRACKINGINFO ' +
    'UNBLOCK UNPAUSE',
);
subcommands(
  'CLUSTER',
  'ADDSLOTS ADDSLOTSRANGE BUMPEPOCH COUNTKEYSINSLOT DELSLOTS DELSLOTSRANGE FAILOVER FLUSHSLOTS FORGET GETKEYSINSLOT ' +
    'INFO KEYSLOT LINKS MEET MYID MYSHARDID NODES REPLICAS REPLICATE RESET SAVECONFIG SETSLOT SHARDS SLAVES SLOTS',
);
subcommands('COMMAND', 'COUNT DOCS GETKEYS GETKEYSANDFLAGS INFO LIST');
subcommands('CONFIG', 'GET RESETSTAT REWRITE SET');
subcommands('FUNCTION', 'DELETE DUMP FLUSH KILL LIST LOAD RESTORE STATS');
subcommands('LATENCY', 'DOCTOR GRAPH HISTOGRAM HISTORY LATEST RESET');
subcommands('MODULE', 'LIST LOAD LOADEX UNLOAD');
subcommands('PUBSUB', 'CHANNELS NUMPAT NUMSUB SHARDCHANNELS SHARDNUMSUB');
subcommands('SCRIPT', 'DEBUG EXISTS FLUSH KILL LOAD');
subcommands('SLOWLOG', 'GET LEN RESET');

/** The modules whose commands have a key first. */
const KEYED_MODULES = /^(?:BF|CF|CMS|JSON|TDIGEST|TOPK)\./;
const NO_KEYS: KeyRule = () => [];
const FIRST_IS_KEY: KeyRule = () => [{ from: 0, to: 1 }];

/** The rule for a command, by its name in upper case; of one that is not known nothing is shown. */
export function keyRule(name: string): KeyRule {
  return RULES.get(name) ?? (KEYED_MODULES.test(name) ? FIRST_IS_KEY : NO_KEYS);
}

/** Whether a text is the name under which Redis keeps a script. */
export function isDigest(text: string | undefined): boolean {
  return /^[0-9a-f]{40}$/i.test(text ?? '');
}
