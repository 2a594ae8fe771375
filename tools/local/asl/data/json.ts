/** JSON values, which is all that a state machine handles. */
import { isObject } from '../../is-object.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json): value is JsonObject {
  return isObject(value);
}

/** The value as it would arrive on the other side of an API: a copy, with nothing but JSON in it. */
export function toJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

/** The size that the service limits count: bytes of UTF-8. */
export function byteSize(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Equality of two JSON values; the order of an object's keys does not count. */
export function sameJson(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Json, index) => sameJson(item, b[index] as Json));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(a[key], b[key]));
  }
  return a === b;
}
