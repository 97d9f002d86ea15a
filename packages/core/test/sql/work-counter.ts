type Primitive = 'charCodeAt' | 'indexOf' | 'slice' | 'startsWith' | 'includes';
type Method = (this: string, ...values: unknown[]) => unknown;

/** Characters that a call looks at. */
const COSTS: Readonly<Record<Primitive, (text: string, values: unknown[], result: unknown) => number>> = {
  charCodeAt: () => 1,
  slice: (_text, _values, result) => String(result).length,
  includes: (text) => text.length,
  indexOf: (text, [search, from], result) => {
    const end = result === -1 ? text.length : Number(result) + String(search).length;
    return end - Number(from ?? 0);
  },
  startsWith: (text, [search, from]) => {
    const wanted = String(search);
    let length = 0;
    while (length < wanted.length && text[Number(from ?? 0) + length] === wanted[length]) {
      length += 1;
    }
    return length + 1;
  },
};

/** Counts the characters that string primitives look at while `work` runs. */
export function countCharacters(work: () => void): number {
  let count = 0;
  let counting = true;
  const primitives = Object.keys(COSTS) as Primitive[];
  const originals = primitives.map((name) => Object.getOwnPropertyDescriptor(String.prototype, name));
  primitives.forEach((name, index) => {
    const original = originals[index]?.value as Method;
    const counted: Method = function (...values) {
      const result = Reflect.apply(original, this, values);
      if (counting) {
        counting = false;
        count += COSTS[name](this, values, result);
        counting = true;
      }
      return result;
    };
    Object.defineProperty(String.prototype, name, { value: counted, configurable: true, writable: true });
  });
  try {
    work();
  } finally {
    primitives.forEach((name, index) => Object.defineProperty(String.prototype, name, originals[index] ?? {}));
  }
  return count;
}
