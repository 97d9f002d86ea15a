/** What every ORM's program can do. */
export interface Orm {
  create(): Promise<void>;
  insert(id: number, name: string): Promise<unknown>;
  select(name: string): Promise<{ readonly id: number; readonly name: string } | undefined>;
  transaction(id: number, name: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A file of an ORM. */
export interface OrmProgram {
  open(how: { load: (module: string) => Promise<unknown>; kind: 'postgres' | 'mysql'; url: string }): Promise<Orm>;
}
