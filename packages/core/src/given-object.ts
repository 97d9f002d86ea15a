/**
 * Gives back the object that it is given, so that the private fields of a class above it become that object's: nobody
 * else can see, copy or compare them, and no entry of a WeakMap is made, which costs the garbage collector far more.
 */
export class GivenObject {
  constructor(given: object) {
    return given;
  }
}

/** Notes on objects, as a WeakMap keeps them. */
export interface ObjectNotes<Key extends object, Note> {
  /** The note on an object; `undefined` when there is none. */
  get(object: Key): Note | undefined;
  /** Notes something on an object in the place of what is noted there. */
  set(object: Key, note: Note): void;
}

/**
 * Makes a place for notes that are private fields of their objects: for objects of which many are made, each entry of a
 * WeakMap costs more than all else that is done with them.
 */
export function objectNotes<Key extends object, Note>(): ObjectNotes<Key, Note> {
  // A class of its own has a field of its own.
  class NotedObject extends GivenObject {
    #note: Note;

    private constructor(object: Key, note: Note) {
      super(object);
      this.#note = note;
    }

    static get(object: Key): Note | undefined {
      return #note in object ? object.#note : undefined;
    }

    static set(object: Key, note: Note): void {
      if (#note in object) {
        object.#note = note;
      } else {
        void new NotedObject(object, note);
      }
    }
  }
  return NotedObject;
}
