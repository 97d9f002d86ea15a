import type { Attributes } from '@opentelemetry/api';

/** Attributes by parts, of which no two have the same name, and none is without a value. */
export type AttributePart = Attributes | SharedAttributes;

/** Gives the attributes of a span by parts, so that what many spans have is prepared once. */
export abstract class AttributeSource {
  /**
   * Takes what can change, and lets go of all that is not needed any more. Called where they are recorded, which is
   * mostly long before anybody reads them.
   *
   * @returns how many there are at most
   */
  abstract prepare(): number;

  /** Called when somebody reads them. */
  abstract parts(): readonly AttributePart[];

  /** All of them, in an object of their own. */
  attributes(): Attributes {
    return joinedParts(this.parts());
  }
}

/** Attributes that many spans have: made once, and for each wire once encoded. */
export class SharedAttributes extends AttributeSource {
  /** The encoder's, as a field of a span. */
  encoded: Uint8Array | undefined = undefined;
  private readonly count: number;
  private readonly self: readonly SharedAttributes[] = [this];

  constructor(readonly shared: Readonly<Attributes>) {
    super();
    this.count = Object.keys(shared).length;
  }

  override prepare(): number {
    return this.count;
  }

  override parts(): readonly SharedAttributes[] {
    return this.self;
  }
}

/** What can tell its attributes by parts, as long as nobody has read or changed them. */
export interface PartedAttributes {
  /** `undefined` where they are no parts any more. */
  attributeParts(): readonly AttributePart[] | undefined;
}

/** One object of all parts. */
export function joinedParts(parts: readonly AttributePart[]): Attributes {
  const all: Attributes = {};
  for (const part of parts) {
    Object.assign(all, part instanceof SharedAttributes ? part.shared : part);
  }
  return all;
}
