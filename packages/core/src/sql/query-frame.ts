/** What the words of a frame mean next. */
export type FrameState =
  | 'start'
  | 'paren'
  | 'statement'
  | 'cte-name'
  | 'cte-head'
  | 'cte-as'
  | 'cte-tail'
  | 'object'
  | 'target'
  | 'list'
  | 'body'
  | 'words'
  | 'inert';

/** One level of parentheses while a statement is read. */
export interface QueryFrame {
  state: FrameState;
  /** The operation that the frame is in, in upper case. */
  verb: string;
  /** The state after the next name. */
  afterName: FrameState;
  /** Whether a `FROM` that names tables can still come. */
  expectsFrom: boolean;
  /** Whether the frame stands where a table can: without a query in it, it is a join in parentheses. */
  readonly joined: boolean;
  /** Words that a command may still take into the summary. */
  wordsLeft: number;
  /** Whether common tables are visible in their own bodies. */
  recursive: boolean;
  /** The common table that is not visible yet. */
  pendingCte: string;
  /** The common tables that are visible until the frame closes. */
  readonly ctes: string[];
}

const VERBS_WITH_OPTIONS = new Set(['VACUUM', 'ANALYZE', 'ANALYSE', 'CLUSTER']);

/** Creates the frame of a statement or of an opened parenthesis. */
export function createFrame(state: FrameState, joined = false): QueryFrame {
  return {
    state,
    verb: '',
    afterName: 'body',
    expectsFrom: false,
    joined,
    wordsLeft: 0,
    recursive: false,
    pendingCte: '',
    ctes: [],
  };
}

/** Makes the next word or quoted name of a frame a target. */
export function expectName(frame: QueryFrame, afterName: FrameState): void {
  frame.state = 'target';
  frame.afterName = afterName;
}

/** Makes a frame that stands where a table can a join in parentheses. */
export function readAsJoin(frame: QueryFrame): void {
  frame.verb = 'SELECT';
  expectName(frame, 'list');
}

/** Moves a frame past an opening parenthesis and creates the frame inside; `previous` is the word before it. */
export function openFrame(parent: QueryFrame, previous: string): QueryFrame {
  switch (parent.state) {
    case 'target':
      return openWhereNameIsExpected(parent, previous);
    case 'start':
      if (parent.joined) {
        parent.state = 'list';
      }
      return createFrame('start', parent.joined);
    case 'cte-as':
      parent.state = 'cte-tail';
      return createFrame('start');
    case 'cte-name':
      parent.state = 'body';
      return createFrame('paren');
    case 'words':
      parent.state = 'inert';
      return createFrame('inert');
    case 'inert':
    case 'object':
      return createFrame('inert');
    default:
      return createFrame('paren');
  }
}

/** A query or a join; or the columns of a MySQL `JOIN … USING (…)`; or the options of a command, before its names. */
function openWhereNameIsExpected(parent: QueryFrame, previous: string): QueryFrame {
  if (VERBS_WITH_OPTIONS.has(parent.verb)) {
    return createFrame('paren');
  }
  const columns = previous === 'USING' && parent.verb === 'DELETE';
  parent.state = parent.afterName;
  return columns ? createFrame('paren') : createFrame('start', true);
}
