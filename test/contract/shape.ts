/** The shape of data: its fields and their types, whatever the values. */

export type Shape = string | { readonly [field: string]: Shape };

/** Of a list, the shapes of its items together, under `[]`; of an object with ids for fields, those of its values. */
export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return { '[]': together(value.map(shapeOf)) };
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const areIds = fields.length > 0 && fields.every(([field]) => !/^[A-Za-z]+[A-Za-z0-9]*$/.test(field));
  if (areIds) return { '<id>': together(fields.map(([, inner]) => shapeOf(inner))) };
  return Object.fromEntries(fields.map(([field, inner]) => [field, shapeOf(inner)]));
}

/** A field that only some have counts as well. */
function together(shapes: readonly Shape[]): Shape {
  return shapes.reduce((all, shape) => merge(all, shape), shapes[0] ?? 'nothing');
}

function merge(a: Shape, b: Shape): Shape {
  if (typeof a === 'string' || typeof b === 'string') {
    return a === b || (typeof a !== 'string' && b === 'nothing')
      ? a
      : [...new Set([name(a), name(b)])].sort().join(' | ');
  }
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(fields.map((field) => [field, merge(a[field] ?? b[field], b[field] ?? a[field])]));
}

function name(shape: Shape): string {
  return typeof shape === 'string' ? shape : JSON.stringify(shape);
}
