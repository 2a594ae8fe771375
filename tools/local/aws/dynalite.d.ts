/** The parts of dynalite that are used; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** Directory of the LevelDB store; in memory where it is not given. */
    path?: string;
    /** Milliseconds for which a new table is not yet active. */
    createTableMs?: number;
  }

  function dynalite(options: Options): Server;
  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  interface Store {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
  }

  interface Db {
    create: (options: { path?: string; createTableMs?: number }) => Store;
  }

  const db: Db;
  export = db;
}
