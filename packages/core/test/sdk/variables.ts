/** Variables of this process for the time of one test. */
export class Variables {
  private readonly before = new Map<string, string | undefined>();

  set(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.before.set(name, this.before.has(name) ? this.before.get(name) : process.env[name]);
      process.env[name] = value;
    }
  }

  restore(): void {
    for (const [name, value] of this.before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
    this.before.clear();
  }
}
