/** Claim checks: what does not fit a message lies in the blob store, and a reference with its hash travels. */
import { createHash } from 'node:crypto';
import { Decoder, Encoder } from 'cbor-x';
import { FormatTooNew, FormatTooOld, NotFoundError, TransientError } from './errors.ts';
import { ARTIFACT_FORMAT, unreadFormat } from './formats.ts';
import type { Blobs } from './ports.ts';
import type { ArtifactRef } from './table/records.ts';

// Plain CBOR (RFC 8949) with typed arrays (RFC 8746): no private extensions, so other tools can read it.
const options = { useRecords: false, mapsAsObjects: true, tagUint8Array: true } as const;
const encoder = new Encoder(options);
const decoder = new Decoder(options);

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Of an artifact from before there was a version in it. */
const FORMAT_WITHOUT_VERSION = 1;
const WAY_OUT = 'replay the week with --from extract, or start a new run';

/** Stores a value of plain objects, arrays, strings, numbers and typed arrays, with the version of its format as `v`. */
export async function putArtifact(blobs: Blobs, key: string, value: object): Promise<ArtifactRef> {
  const body = encoder.encode({ v: ARTIFACT_FORMAT, ...value });
  await blobs.put(key, body, 'application/cbor');
  return { key, sha256: sha256Hex(body), bytes: body.byteLength };
}

/**
 * Reads back what {@link putArtifact} stored under this reference.
 *
 * @throws {@link TransientError} where the bytes are not the ones that were referred to; {@link FormatTooNew} where
 *   they are of a newer format than this release knows, as in the middle of a deployment; {@link FormatTooOld}
 */
export async function getArtifact<T extends object>(blobs: Blobs, ref: ArtifactRef): Promise<T> {
  const body = await blobs.get(ref.key);
  if (sha256Hex(body) !== ref.sha256) {
    throw new TransientError(`The artifact ${ref.key} does not have the hash it was committed with.`);
  }
  const { v = FORMAT_WITHOUT_VERSION, ...value } = decoder.decode(body) as T & { readonly v?: number };
  const unread = unreadFormat(`The artifact ${ref.key}`, v, ARTIFACT_FORMAT, WAY_OUT);
  if (unread !== undefined) throw v > ARTIFACT_FORMAT ? new FormatTooNew(unread) : new FormatTooOld(unread);
  return value as unknown as T;
}

/**
 * The same, of what a forecast is only compared with: it may have expired, or be of another release's format.
 *
 * @returns undefined where it cannot be read any more, or not yet
 */
export async function findArtifact<T extends object>(blobs: Blobs, ref: ArtifactRef): Promise<T | undefined> {
  try {
    return await getArtifact<T>(blobs, ref);
  } catch (error) {
    const isUnread = [NotFoundError, FormatTooOld, FormatTooNew].some((unread) => error instanceof unread);
    if (isUnread) return undefined;
    throw error;
  }
}
