/** How many bytes a length takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) {
    size += 1;
  }
  return size;
}
