/** Reads `name,price` lines below a heading. */
export function parseProducts(text) {
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line, index) => {
    const [name, price] = line.split(',');
    if (!name || !Number.isFinite(Number(price))) {
      throw new SyntaxError(`line ${index + 2} is no product: ${line}`);
    }
    return { name, price: Number(price) };
  });
}
