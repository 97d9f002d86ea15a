/** A path as its parameters are read, each character of which can be found where it was written. */
interface DecodedPath {
  readonly text: string;
  /** Where a character of the text begins in the path; the path's end for the end of the text. */
  readonly startOf: (at: number) => number;
}

const BYTE = '%[89ab][0-9a-f]';
const CHARACTER = new RegExp(
  `%[0-7][0-9a-f]|%[cd][0-9a-f]${BYTE}|%e[0-9a-f](?:${BYTE}){2}|%f[0-7](?:${BYTE}){3}|[^]`,
  'gi',
);

/** Decodes a path character by character; what is no character's encoding stays as it is. */
export function decodePath(path: string): DecodedPath {
  if (!path.includes('%')) {
    return { text: path, startOf: (at) => at };
  }
  const starts: number[] = [];
  let text = '';
  for (const { 0: written, index } of path.matchAll(CHARACTER)) {
    const character = decodeCharacter(written);
    text += character;
    starts.push(...Array<number>(character.length).fill(index));
  }
  return { text, startOf: (at) => starts[at] ?? path.length };
}

function decodeCharacter(written: string): string {
  try {
    return written.length === 1 ? written : decodeURIComponent(written);
  } catch {
    // Bytes that only look like a character stand in no parameter: Express has refused those.
    return written;
  }
}
