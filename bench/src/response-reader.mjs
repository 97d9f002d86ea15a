/** Reads the answers of one connection, one after the other; each has a Content-Length, as small JSON has. */
export class ResponseReader {
  #text = '';
  #onResponse;

  /** @param {(status: number) => void} onResponse called at the end of each answer */
  constructor(onResponse) {
    this.#onResponse = onResponse;
  }

  /**
   * @param {string} text what came, one character a byte
   * @throws {Error} when an answer does not tell its length
   */
  add(text) {
    this.#text += text;
    for (let end = this.#endOfFirst(); end !== undefined; end = this.#endOfFirst()) {
      const status = Number(this.#text.slice(9, 12));
      this.#text = this.#text.slice(end);
      this.#onResponse(status);
    }
  }

  #endOfFirst() {
    const head = this.#text.indexOf('\r\n\r\n');
    if (head === -1) {
      return undefined;
    }
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#text.slice(0, head));
    if (length === null) {
      throw new Error(`an answer without Content-Length: ${this.#text.slice(0, head)}`);
    }
    const end = head + 4 + Number(length[1]);
    return this.#text.length >= end ? end : undefined;
  }
}
