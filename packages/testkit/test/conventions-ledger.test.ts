import { ViolationLedger } from '../src/conventions/violation-ledger';
import { changed, plain } from './example-spans';

describe('the ledger of violations', () => {
  it('has no complaint when nothing was recorded', () => {
    expect(new ViolationLedger().complaint()).toBeUndefined();
  });

  it('says each violation once, however many spans have it', () => {
    const ledger = new ViolationLedger();
    const span = changed(plain, { attributes: { 'http.method': 'GET' } });
    ledger.noteSpan(span);
    ledger.noteSpan(span);
    expect(ledger.complaint()).toBe(
      "INTERNAL span 'work' of @otelier/test: http.method is deprecated: http.request.method",
    );
  });

  it('ends after twenty violations and says how many more there are', () => {
    const ledger = new ViolationLedger();
    for (const index of Array(23).keys()) {
      ledger.noteSpan(changed(plain, { attributes: { [`url.part${index}`]: 1 } }));
    }
    const lines = ledger.complaint()?.split('\n') ?? [];
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('… and 3 more');
  });

  it('asks for each violation that was announced', () => {
    const ledger = new ViolationLedger();
    ledger.accept({ part: 'url.a', reason: 'first' });
    ledger.accept({ part: 'url.b', reason: 'second' });
    ledger.noteSpan(changed(plain, { attributes: { 'url.a': 1 } }));
    expect(ledger.complaint()).toBe('nothing broke the conventions by "url.b" (second)');
  });

  it('complains of a span that cannot be judged instead of failing whoever ended it', () => {
    const ledger = new ViolationLedger();
    const attributes = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hostile');
        },
      },
    );
    ledger.noteSpan({ ...plain, attributes });
    expect(ledger.complaint()).toBe("INTERNAL span 'work' of @otelier/test: the validator failed: Error: hostile");
  });
});
