/** S3: artifacts and published files, and input folders. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { InputRefused, NotFoundError } from '../pipeline/errors';
import type { Blobs } from '../pipeline/ports';
import type { InputFiles } from '../pipeline/read-inputs';

export class S3Blobs implements Blobs {
  /** @param prefix put before every key; ends in `/` or is empty */
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix = '',
  ) {}

  async put(key: string, body: Uint8Array, contentType: string): Promise<void> {
    await this.client.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: this.prefix + key,
        Body: body,
        ContentType: contentType,
      }),
    );
  }

  async get(key: string): Promise<Uint8Array> {
    const body = await open(this.client, this.bucket, this.prefix + key);
    if (!body) throw new NotFoundError(`There is no object ${this.prefix}${key}.`);
    return body.transformToByteArray();
  }
}

/** The input files under `s3://bucket/prefix`. @throws {@link InputRefused} for any other location */
export function s3InputFiles(client: S3Client, location: string): InputFiles {
  const match = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(location);
  if (!match) throw new InputRefused(`The input "${location}" is not of the form s3://bucket/prefix.`);
  const [, bucket, prefix] = match;
  return {
    open: async (file) => {
      const body = await open(client, bucket, prefix === '' ? file : `${prefix}/${file}`);
      return body ? body.transformToWebStream() : undefined;
    },
  };
}

async function open(client: S3Client, bucket: string, key: string) {
  try {
    return (await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
