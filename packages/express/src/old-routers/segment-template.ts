/** Parameters by name; a wildcard's value is a list of segments. */
export type Params = Readonly<Record<string, string | readonly string[]>>;

/** Asks a pattern for the parameters that it finds when another text stands in a segment's place. */
type Ask = (other: string) => Params | undefined;

/** A segment of a path with its parameters named in place of their values. */
export interface SegmentTemplate {
  readonly text: string;
  readonly names: readonly string[];
}

/** Texts that no static part of a template is equal to, of characters that no template treats in its own way. */
const SENTINEL = 'otelier0a6e';

/**
 * Finds the parameters of a segment by trying: a text is a parameter's value when another text in its place ends up in
 * that parameter.
 */
export function segmentTemplate(segment: string, params: Params, ask: Ask): SegmentTemplate {
  let text = segment;
  const names: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    const sentinel = `${SENTINEL}x${names.length}x`;
    const replaced = typeof value === 'string' ? replaceValue(text, { name, value, sentinel }, ask) : undefined;
    if (replaced !== undefined) {
      text = replaced;
      names.push(name);
    } else if (typeof value !== 'string' && isWildcardSegment(name, ask)) {
      return { text: `*${name}`, names: [name] };
    }
  }
  const template = names.reduce((all, name, index) => all.replace(`${SENTINEL}x${index}x`, `:${name}`), text);
  return { text: template, names };
}

function replaceValue(
  text: string,
  { name, value, sentinel }: { readonly name: string; readonly value: string; readonly sentinel: string },
  ask: Ask,
): string | undefined {
  const candidates = new Set([value, encodeURIComponent(value)].flatMap((part) => replacements(text, part, sentinel)));
  // Last, the whole segment: its value may be encoded in another way.
  return [...candidates, sentinel].find((other) => ask(other)?.[name] === sentinel);
}

/** The text with each occurrence of a part replaced in turn. */
function replacements(text: string, part: string, replacement: string): string[] {
  const all: string[] = [];
  for (let at = part === '' ? -1 : text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    all.push(text.slice(0, at) + replacement + text.slice(at + part.length));
  }
  return all;
}

function isWildcardSegment(name: string, ask: Ask): boolean {
  const found = ask(SENTINEL)?.[name];
  return Array.isArray(found) && found.includes(SENTINEL);
}
