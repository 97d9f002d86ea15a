import { verifies } from '@otelier/testkit';
import { closeRequestScope, type RequestScope } from '../../src/tracing/request-scope.js';

verifies('D8', 'what outlives a request still knows its route, and can set nothing on it any more', () => {
  const set = jest.fn();
  const scope: RequestScope = { ignored: false, attributes: undefined, setAttributes: set, route: () => 'the last known' };
  closeRequestScope(scope, '/users/:id');
  scope.setAttributes({ late: true });
  expect(set).not.toHaveBeenCalled();
  expect(scope.route?.()).toBe('/users/:id');
});
