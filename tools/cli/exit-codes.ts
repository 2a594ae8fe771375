/**
 * What the command line's exit codes mean. `published` is success in general; `partial`: published, but weeks failed;
 * `refused`: bad usage or refused input, and nothing was run.
 */
export const EXIT = { published: 0, failed: 1, refused: 2, partial: 3 } as const;
