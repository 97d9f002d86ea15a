const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] };

/** Red is kept for errors. */
const serviceCodes = [36, 35, 33, 34, 32];

/**
 * @typedef {object} Palette
 * @property {(text: string) => string} bold
 * @property {(text: string) => string} dim
 * @property {(text: string) => string} red
 * @property {(text: string) => string} green
 * @property {(text: string) => string} yellow
 * @property {(name: string, text?: string) => string} service the text in the color of the service of that name
 */

/**
 * @param {boolean} colors without them every text stays as it is
 * @returns {Palette}
 */
export function createPalette(colors) {
  const paint = (open, close) => (text) => (colors && text ? `\u001B[${open}m${text}\u001B[${close}m` : text);
  const known = [];
  const service = (name, text = name) => {
    if (!known.includes(name)) {
      known.push(name);
    }
    return paint(serviceCodes[known.indexOf(name) % serviceCodes.length], 39)(text);
  };
  const styles = Object.entries(codes).map(([name, [open, close]]) => [name, paint(open, close)]);
  return { ...Object.fromEntries(styles), service };
}
