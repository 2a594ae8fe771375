/**
 * Payload templates: Parameters, ResultSelector and ItemSelector. A key that ends in `.$` takes its value
 * from a path, anything else stands for itself.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
import type { Json } from './json.ts';
import { readPath, type Path, type Scope } from './paths.ts';

export type Template =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'path'; readonly path: Path; readonly field: string }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, Template])[] };

/** A path of a template leads nowhere. */
export class PathMissing extends Error {
  constructor(
    readonly path: Path,
    readonly field: string,
  ) {
    super(`${path.text} in ${field}`);
  }
}

/** @throws {@link PathMissing} */
export function evaluate(template: Template, scope: Scope): Json {
  switch (template.kind) {
    case 'value':
      return template.value;
    case 'path': {
      const value = readPath(template.path, scope);
      if (value === undefined) throw new PathMissing(template.path, template.field);
      return value;
    }
    case 'list':
      return template.items.map((item) => evaluate(item, scope));
    case 'object':
      return Object.fromEntries(template.fields.map(([key, field]) => [key, evaluate(field, scope)]));
  }
}
