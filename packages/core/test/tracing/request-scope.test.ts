import { verifies } from '@otelier/testkit';
import { ObservedScope } from '../../src/http/observed-scope.js';

verifies('D8', 'what outlives a request still knows its route, and can set nothing on it any more', () => {
  const setAttributes = jest.fn();
  const scope = new ObservedScope('@otelier/test');
  scope.open({ setAttributes, knownRoute: 'the last known' });
  scope.setAttributes({ early: true });
  expect(scope.route()).toBe('the last known');

  scope.close('/users/:id');
  scope.setAttributes({ late: true });
  expect(setAttributes.mock.calls).toEqual([[{ early: true }]]);
  expect(scope.route()).toBe('/users/:id');
});
