/** Does something with what is opened, and closes it after that. */
export async function withOpen<R extends { close(): Promise<void> }, T>(
  opened: Promise<R>,
  work: (resource: R) => Promise<T>,
): Promise<T> {
  const resource = await opened;
  try {
    return await work(resource);
  } finally {
    await resource.close();
  }
}
