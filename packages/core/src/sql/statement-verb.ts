/** How the words after a verb are read. */
export type VerbPlan =
  /** Nothing more belongs to the summary until the statement ends. */
  | 'inert'
  /** Names are found by `FROM` (and in a `SELECT` that may follow). */
  | 'body'
  /** One name follows. */
  | 'name'
  /** A list of names or a joined table follows. */
  | 'names'
  /** The kind of object follows, then its name. */
  | 'object'
  /** Another statement follows, maybe after options. */
  | 'statement'
  /** Plain words follow that belong to the command. */
  | 'words';

const PLANS: Readonly<Record<VerbPlan, string>> = {
  inert:
    'ABORT BACKUP BEGIN BINLOG CHANGE CHECKPOINT CLOSE COMMIT DEALLOCATE DISCARD DO END FETCH FLUSH GRANT HANDLER IMPORT ' +
    'INSTALL KILL LISTEN MOVE NOTIFY PURGE REASSIGN RELEASE RESTORE REVOKE ROLLBACK SAVEPOINT SECURITY SHUTDOWN SIGNAL ' +
    'STOP UNINSTALL UNLISTEN UNLOCK XA',
  body: 'SELECT DELETE VALUES LOAD',
  name: 'INSERT REPLACE UPSERT MERGE COPY CALL EXEC EXECUTE USE DESCRIBE DESC RESET SET TABLE',
  names: 'UPDATE TRUNCATE LOCK VACUUM ANALYZE ANALYSE CLUSTER',
  object: 'CREATE ALTER DROP RENAME REFRESH REINDEX OPTIMIZE REPAIR CHECK CHECKSUM COMMENT',
  statement: 'EXPLAIN PREPARE DECLARE',
  words: 'SHOW START',
};

const VERBS = new Map<string, VerbPlan>(
  (Object.keys(PLANS) as VerbPlan[]).flatMap((plan) => PLANS[plan].split(' ').map((verb) => [verb, plan] as const)),
);

/** Returns how the words after a verb (in upper case) are read; `undefined` for a word that begins no statement. */
export function verbPlan(upper: string): VerbPlan | undefined {
  return VERBS.get(upper);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** Statements that can stand inside another one: explained, prepared, or the body of a common table expression. */
export const EMBEDDED_VERBS = words('SELECT INSERT UPDATE DELETE MERGE REPLACE VALUES TABLE CREATE EXECUTE CALL');

/** Words between a verb and the name it acts on. */
export const BEFORE_NAME = words(
  'INTO LOW_PRIORITY DELAYED HIGH_PRIORITY IGNORE OVERWRITE QUICK ONLY LATERAL IF NOT EXISTS CONCURRENTLY ' +
    'NO_WRITE_TO_BINLOG',
);

/** Words between a verb and its names that only some verbs take. */
export const BEFORE_NAME_OF: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['SET', words('LOCAL SESSION GLOBAL PERSIST PERSIST_ONLY')],
  ['TRUNCATE', words('TABLE')],
  ['LOCK', words('TABLE TABLES')],
  ['VACUUM', words('FULL FREEZE VERBOSE ANALYZE')],
  ['ANALYZE', words('TABLE LOCAL VERBOSE')],
  ['LOAD', words('TABLE')],
]);

/** Words that end a list of tables. */
export const AFTER_TABLES = words(
  'WHERE GROUP HAVING WINDOW ORDER LIMIT OFFSET FETCH OF SET RETURNING INTO UNION INTERSECT EXCEPT MINUS QUALIFY WHEN',
);

/** Words that are never a name, so that an incomplete statement does not take them for one. */
export const NEVER_NAMES = words(
  'WHERE GROUP HAVING ORDER LIMIT SET ON UNION INTERSECT EXCEPT AS FROM JOIN USING VALUES',
);

/** Kinds of object in data definition, and how their name is read. */
export const OBJECT_PLANS: ReadonlyMap<string, 'table' | 'plain' | 'routine' | 'anonymous'> = new Map([
  ...[...words('TABLE TABLES VIEW')].map((kind) => [kind, 'table'] as const),
  ...[
    ...words(
      'INDEX DATABASE SCHEMA SEQUENCE TYPE DOMAIN EXTENSION SERVER TABLESPACE PUBLICATION SUBSCRIPTION COLLATION ' +
        'AGGREGATE COLUMN STATISTICS LANGUAGE SYSTEM',
    ),
  ].map((kind) => [kind, 'plain'] as const),
  ...[...words('FUNCTION PROCEDURE TRIGGER EVENT RULE POLICY')].map((kind) => [kind, 'routine'] as const),
  ...[...words('USER ROLE GROUP OPERATOR CAST')].map((kind) => [kind, 'anonymous'] as const),
]);
