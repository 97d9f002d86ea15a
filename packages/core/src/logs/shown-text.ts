/** How much of a line is looked at, in characters. */
const MAX_LINE = 65_536;

/** Whether a text stands in a line, as it is or as JSON writes it. */
export function isShown(text: string, line: string): boolean {
  const looked = line.slice(0, MAX_LINE);
  return looked.includes(text) || looked.includes(JSON.stringify(text).slice(1, -1));
}
