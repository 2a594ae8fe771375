/** Reads the fields of one JSON object of a definition and notes every one that it does not know. */
import { isObject } from '../../is-object.ts';
import { inContext, type ContextPart } from '../data/context.ts';
import { toJson, type Json } from '../data/json.ts';
import { parsePath, type Path } from '../data/paths.ts';
import type { Template } from '../data/template.ts';

/** Stands for a path that was refused; the definition that holds it never runs. */
const NO_PATH: Path = { text: '$', context: false, steps: [] };

export class Fields {
  private readonly seen = new Set<string>(['Comment']);
  private readonly object: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    readonly at: string,
    private readonly problems: string[],
    /** What paths find in the context object here, besides what they find everywhere. */
    private readonly context: readonly ContextPart[] = [],
  ) {
    this.object = isObject(value) ? value : {};
    if (!isObject(value)) this.problem('expected an object');
  }

  problem(text: string): void {
    this.problems.push(`${this.at}: ${text}`);
  }

  /** Names every field that nothing has asked for. */
  finish(): void {
    for (const key of Object.keys(this.object)) {
      if (!this.seen.has(key)) this.problem(`field "${key}" is not supported by the local stack`);
    }
  }

  keys(): string[] {
    return Object.keys(this.object);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.object, key);
  }

  raw(key: string): unknown {
    this.seen.add(key);
    return this.object[key];
  }

  child(key: string): Fields {
    return new Fields(this.raw(key), `${this.at}.${key}`, this.problems, this.context);
  }

  /** The objects of a list; none where the field is missing. */
  list(key: string): Fields[] {
    const value = this.raw(key) ?? [];
    if (!Array.isArray(value)) {
      this.problem(`field "${key}" is no list`);
      return [];
    }
    return value.map((item, index) => new Fields(item, `${this.at}.${key}[${index}]`, this.problems, this.context));
  }

  /** The objects of a list that must have some. */
  filledList(key: string): Fields[] {
    const items = this.list(key);
    if (items.length === 0) this.problem(`field "${key}" must be a list of at least one`);
    return items;
  }

  string(key: string): string {
    const value = this.raw(key);
    if (typeof value === 'string') return value;
    this.problem(`field "${key}" must be a string`);
    return '';
  }

  optionalString(key: string): string | undefined {
    return this.has(key) ? this.string(key) : undefined;
  }

  strings(key: string): string[] {
    const value = this.raw(key);
    if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) return value;
    this.problem(`field "${key}" must be a list of strings`);
    return [];
  }

  number(key: string, otherwise: number, least: number): number {
    if (!this.has(key)) return otherwise;
    const value = this.raw(key);
    if (typeof value === 'number' && value >= least) return value;
    this.problem(`field "${key}" must be a number, ${least} or more`);
    return otherwise;
  }

  whole(key: string, otherwise: number, least: number): number {
    const value = this.number(key, otherwise, least);
    if (this.has(key) && !Number.isInteger(value)) this.problem(`field "${key}" must be a whole number`);
    return value;
  }

  /** Whole seconds, at least 1. */
  seconds(key: string): number | undefined {
    return this.has(key) ? this.whole(key, 1, 1) : undefined;
  }

  path(key: string): Path {
    return this.toPath(this.string(key), key, this.context);
  }

  /** A path field that may be null, which discards the value; the whole value where it is missing. */
  filter(key: string): Path | null {
    if (!this.has(key)) return NO_PATH;
    return this.raw(key) === null ? null : this.path(key);
  }

  /** A path field to write to: never the context object. */
  target(key: string): Path | null {
    const path = this.filter(key);
    if (path?.context) this.problem(`field "${key}" cannot write to the context object`);
    return path;
  }

  optionalTemplate(key: string, ...also: ContextPart[]): Template | undefined {
    return this.has(key) ? this.template(key, ...also) : undefined;
  }

  /** @param also what its paths find in the context object besides what the others here do */
  template(key: string, ...also: ContextPart[]): Template {
    return this.toTemplate(this.raw(key), key, [...this.context, ...also]);
  }

  private toPath(text: string, field: string, context: readonly ContextPart[]): Path {
    const path = parsePath(text);
    if (!path) this.problem(`the expression "${text}" of field "${field}" is not supported by the local stack`);
    else if (path.context && !inContext(path, context)) {
      this.problem(`the path "${text}" of field "${field}" names what the context object does not have here`);
    }
    return path ?? NO_PATH;
  }

  private toTemplate(value: unknown, field: string, context: readonly ContextPart[]): Template {
    if (Array.isArray(value)) {
      return { kind: 'list', items: value.map((item, index) => this.toTemplate(item, `${field}[${index}]`, context)) };
    }
    if (!isObject(value)) return { kind: 'value', value: toJson(value) };
    const fields = Object.entries(value).map(([key, inner]): readonly [string, Template] => {
      if (!key.endsWith('.$')) return [key, this.toTemplate(inner, `${field}.${key}`, context)];
      if (typeof inner === 'string') {
        return [key.slice(0, -2), { kind: 'path', path: this.toPath(inner, `${field}.${key}`, context), field: key }];
      }
      this.problem(`the value of "${field}.${key}" must be a path`);
      return [key, { kind: 'value', value: null }];
    });
    return { kind: 'object', fields };
  }

  json(key: string): Json | undefined {
    return this.has(key) ? toJson(this.raw(key)) : undefined;
  }
}
