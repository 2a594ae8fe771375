export async function benchInstance(file: string): Promise<object> {
  return Promise.resolve({ file });
}
