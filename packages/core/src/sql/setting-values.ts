import type { SqlDialect, Token } from './token.js';

/** Values that tell nothing of anybody, and the word before one. */
const SHOWN = new Set(['CURRENT', 'DEFAULT', 'FALSE', 'NONE', 'NULL', 'OFF', 'ON', 'TO', 'TRUE']);

/** Words behind which a value is, in the place of `=`. */
const BEFORE_VALUE = new Set(['AUTHORIZATION', 'ROLE', 'TO']);

/** Words that begin a query in parentheses, which is shown as others are. */
const BEFORE_QUERY = new Set(['SELECT', 'WITH']);

/** What PostgreSQL keeps settings for, by `ALTER … SET`. */
const WITH_SETTINGS = new Set(['DATABASE', 'FUNCTION', 'GROUP', 'PROCEDURE', 'ROLE', 'ROUTINE', 'SYSTEM', 'USER']);

/** How far a statement has been read: only in one that sets something the rest can be a value. */
type Place = 'start' | 'altering' | 'altered' | 'names' | 'value' | 'elsewhere';

/**
 * Tells which words of a statement are the value of a setting, which need no quotes: `SET app.tenant = acme`.
 *
 * @see https://www.postgresql.org/docs/current/sql-set.html
 * @see https://dev.mysql.com/doc/refman/8.4/en/set-variable.html
 */
export class SettingValues {
  private place: Place = 'start';
  private depth = 0;
  /** How many parentheses are open around the query that is read; 0 outside of one. */
  private queryDepth = 0;

  constructor(private readonly dialect: SqlDialect) {}

  /** Sees the next token; true for a name or a keyword that is a value. */
  hides(token: Token): boolean {
    if (token.kind === 'symbol') {
      this.seeSymbol(token.source());
      return false;
    }
    if (token.inHint || (token.kind !== 'word' && token.kind !== 'quoted')) {
      return false;
    }
    const upper = token.kind === 'word' ? token.upper() : '';
    if (this.place !== 'value') {
      this.place = this.placeAfter(upper);
      return false;
    }
    if (this.depth === 0 && this.dialect === 'mysql' && upper === 'FOR') {
      // MariaDB: SET STATEMENT … FOR the statement itself.
      this.place = 'start';
      return false;
    }
    if (this.queryDepth === 0 && BEFORE_QUERY.has(upper)) {
      this.queryDepth = this.depth;
    }
    return this.queryDepth === 0 && !SHOWN.has(upper);
  }

  private placeAfter(upper: string): Place {
    switch (this.place) {
      case 'start':
        return upper === 'SET' ? 'names' : upper === 'ALTER' && this.dialect === 'postgresql' ? 'altering' : 'elsewhere';
      case 'altering':
        return WITH_SETTINGS.has(upper) ? 'altered' : 'elsewhere';
      case 'altered':
        return upper === 'SET' ? 'names' : 'altered';
      case 'names':
        return BEFORE_VALUE.has(upper) ? 'value' : 'names';
      default:
        return this.place;
    }
  }

  private seeSymbol(symbol: string): void {
    if (symbol === ';') {
      this.place = 'start';
      this.depth = 0;
      this.queryDepth = 0;
    } else if (symbol === '(') {
      this.depth += 1;
    } else if (symbol === ')') {
      this.depth = Math.max(0, this.depth - 1);
      this.queryDepth = this.depth < this.queryDepth ? 0 : this.queryDepth;
    } else if (symbol === '=' && this.place === 'names') {
      this.place = 'value';
    } else if (symbol === ',' && this.depth === 0 && this.place === 'value' && this.dialect === 'mysql') {
      this.place = 'names';
    }
  }
}
