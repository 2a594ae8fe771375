export interface SampleOptions { boxes?: number | undefined }
export const writeSample = (_d: string, _o: object): Promise<void> => Promise.reject(new Error('x'));
