/** HTML in which every value is escaped unless it is markup itself. */

export class Markup {
  constructor(readonly html: string) {}
}

type Value = string | number | Markup | readonly Markup[];

/** html`<p>${name}</p>`: the name may be anything. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, at) => part + (at < values.length ? rendered(values[at]) : '')).join(''));
}

/** Nothing, where something need not be there. */
export const NOTHING = new Markup('');

function rendered(value: Value): string {
  if (value instanceof Markup) return value.html;
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
  return value.map((item) => item.html).join('\n');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
