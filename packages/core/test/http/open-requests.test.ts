import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  abandonOpenRequests,
  forgetOpenRequest,
  openRequestOf,
  rememberOpenRequest,
  whenRequestsEnd,
  type OpenRequest,
} from '../../src/http/open-requests.js';
import { ObservedScope } from '../../src/http/observed-scope.js';
import { withRequestScope } from '../../src/tracing/request-scope.js';

const SPAN = trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 });

/** Requests that are open, and the names of those that were abandoned. */
function openUp(...names: string[]): { requests: OpenRequest[]; abandoned: string[] } {
  const abandoned: string[] = [];
  const requests = names.map((name): OpenRequest => {
    const request: OpenRequest = {
      span: SPAN,
      context: withRequestScope(ROOT_CONTEXT, new ObservedScope(name)),
      recordError: () => {},
      abandon: () => {
        abandoned.push(name);
        forgetOpenRequest(request);
      },
      earlier: undefined,
      later: undefined,
    };
    rememberOpenRequest(request);
    return request;
  });
  return { requests, abandoned };
}

describe('the requests that are open', () => {
  it.each([[0], [1], [2], [3]])('are all others when number %i of four has ended, the oldest first', (ended) => {
    const { requests, abandoned } = openUp('0', '1', '2', '3');
    const gone = requests[ended] as OpenRequest;
    forgetOpenRequest(gone);
    expect(requests.map((request) => openRequestOf(request.context) === request)).toEqual([0, 1, 2, 3].map((at) => at !== ended));
    expect([gone.earlier, gone.later]).toEqual([undefined, undefined]);
    abandonOpenRequests();
    expect(abandoned).toEqual(['0', '1', '2', '3'].filter((name) => name !== String(ended)));
    abandonOpenRequests();
    expect(abandoned).toHaveLength(3);
  });

  it('are joined by new ones when the last one has ended', () => {
    const { requests, abandoned } = openUp('first', 'second');
    requests.toReversed().forEach(forgetOpenRequest);
    const later = openUp('third', 'fourth');
    abandonOpenRequests();
    expect([abandoned, later.abandoned]).toEqual([[], ['third', 'fourth']]);
  });

  it('are waited for, and those that come later are not', async () => {
    await whenRequestsEnd();
    const [first, second] = openUp('first', 'second').requests as [OpenRequest, OpenRequest];
    let hasEnded = false;
    const waiting = whenRequestsEnd().then(() => (hasEnded = true));
    const [later] = openUp('later').requests as [OpenRequest];
    forgetOpenRequest(first);
    await Promise.resolve();
    expect(hasEnded).toBe(false);
    forgetOpenRequest(second);
    await waiting;
    expect(hasEnded).toBe(true);
    forgetOpenRequest(later);
  });
});
