export const EXIT = { published: 0, failed: 1, refused: 2, partial: 3 } as const;
