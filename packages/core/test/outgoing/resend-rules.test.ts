import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { isRetried, redirectTarget, Resends } from '../../src/outgoing/resends.js';

const work = ROOT_CONTEXT.setValue(Symbol('work'), true);
const URL_A = 'http://shop.example/a';

/** Whether the second request follows the first one, which was answered some time ago. */
function follows(
  first: { readonly redirect?: string; readonly secondsAgo?: number; readonly owner?: Context },
  second: { readonly method?: string; readonly url?: string } = {},
): boolean {
  const { redirect, secondsAgo = 0, owner = work } = first;
  const resends = new Resends();
  const tick = performance.now() - secondsAgo * 1000;
  resends.add([owner], { method: 'GET', url: URL_A, redirect, resends: 0, caller: owner, tick });
  return resends.take([owner], second.method ?? 'GET', second.url ?? URL_A) !== undefined;
}

verifies('D10', 'a request is sent again with the same method and URL, and may be redirected to another method', () => {
  expect([follows({}), follows({}, { method: 'PUT' }), follows({}, { url: `${URL_A}?b` })]).toEqual([true, false, false]);
  expect(follows({ redirect: URL_A }, { method: 'PUT' })).toBe(true);
});

verifies('D10', 'outside any span a redirect is followed within a second', () => {
  const redirected = (secondsAgo: number): boolean => follows({ redirect: URL_A, secondsAgo, owner: ROOT_CONTEXT });
  expect([redirected(0), redirected(2)]).toEqual([true, false]);
});

verifies('D10', 'a redirect leads to the same place with user-info and fragment', () => {
  const redirect = redirectTarget(302, 'http://me:s3cret@shop.example/b#part', URL_A);
  expect(redirect).toBe('http://shop.example/b');
  expect(follows({ redirect: 'http://shop.example/b' }, { url: 'http://me:s3cret@shop.example/b#part' })).toBe(true);
});

verifies('D10', 'answers that ask for a second try are told from those that do not', () => {
  const codes = [200, 304, 400, 401, 404, 407, 408, 421, 425, 429, 500, 503];
  expect(codes.filter(isRetried)).toEqual([401, 407, 408, 421, 425, 429, 500, 503]);
});
