/** S3: artifacts and published files, and input folders. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { InputRefused, NotFoundError } from '../pipeline/errors.ts';
import type { VersionedBlob, VersionedBlobs } from '../pipeline/ports.ts';
import type { InputFiles } from '../pipeline/inputs/read-inputs.ts';

/**
 * Somebody else has written, is writing or has deleted the object that a conditional write was to replace.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
const NOT_REPLACED = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);

export class S3Blobs implements VersionedBlobs {
  /** @param prefix put before every key; ends in `/` or is empty */
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix = '',
  ) {}

  async put(key: string, body: Uint8Array, contentType: string): Promise<void> {
    await this.write(key, body, contentType);
  }

  async get(key: string): Promise<Uint8Array> {
    const found = await this.find(key);
    if (!found) throw new NotFoundError(`There is no object ${this.prefix}${key}.`);
    return found.body;
  }

  async find(key: string): Promise<VersionedBlob | undefined> {
    const found = await open(this.client, this.bucket, this.prefix + key);
    if (found?.Body === undefined || found.ETag === undefined) return undefined;
    return { body: await found.Body.transformToByteArray(), version: found.ETag };
  }

  async replace(
    key: string,
    body: Uint8Array,
    contentType: string,
    expectedVersion: string | undefined,
  ): Promise<boolean> {
    const condition = expectedVersion === undefined ? { IfNoneMatch: '*' } : { IfMatch: expectedVersion };
    try {
      await this.write(key, body, contentType, condition);
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && NOT_REPLACED.has(error.name)) return false;
      throw error;
    }
  }

  private async write(
    key: string,
    body: Uint8Array,
    contentType: string,
    condition: { readonly IfMatch?: string; readonly IfNoneMatch?: string } = {},
  ): Promise<void> {
    await this.client.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: this.prefix + key,
        Body: body,
        ContentType: contentType,
        ...condition,
      }),
    );
  }
}

/** The input files under `s3://bucket/prefix`. @throws {@link InputRefused} for any other location */
export function s3InputFiles(client: S3Client, location: string): InputFiles {
  const match = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(location);
  if (!match) throw new InputRefused(`The input "${location}" is not of the form s3://bucket/prefix.`);
  const [, bucket, prefix] = match;
  return {
    open: async (file) => {
      const found = await open(client, bucket, prefix === '' ? file : `${prefix}/${file}`);
      return found?.Body?.transformToWebStream();
    },
  };
}

async function open(client: S3Client, bucket: string, key: string) {
  try {
    return await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
