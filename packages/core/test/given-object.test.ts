import { objectNotes } from '../src/given-object';

it('keeps notes on an object that only who made them reads, and that are not seen on it', () => {
  const [own, others] = [objectNotes<object, string>(), objectNotes<object, string>()];
  const [noted, frozen] = [{ id: 1 }, Object.freeze({ id: 2 })];
  own.set(noted, 'first');
  own.set(noted, 'second');
  own.set(frozen, 'third');
  expect([own.get(noted), own.get(frozen), own.get({})]).toEqual(['second', 'third', undefined]);
  expect(others.get(noted)).toBeUndefined();
  expect([Reflect.ownKeys(noted), { ...noted }]).toEqual([['id'], { id: 1 }]);
});
