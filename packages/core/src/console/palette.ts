const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39] } as const;

/** Ways to show a text. */
export type Palette = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

/** Paints texts with the escape sequences of terminals, or leaves them as they are. */
export function createPalette(colored: boolean): Palette {
  const paint =
    (name: keyof typeof CODES) =>
    (text: string): string => {
      const [on, off] = CODES[name];
      return colored && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    };
  return { bold: paint('bold'), dim: paint('dim'), red: paint('red'), yellow: paint('yellow') };
}
