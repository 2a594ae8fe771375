import type { ComponentChildren } from 'preact';

/** A name and its value, in a list of them. */
export function Fact(props: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly of?: string | undefined;
  readonly class?: string;
}) {
  return (
    <div class={props.class}>
      <dt>{props.name}</dt>
      <dd class={props.of}>{props.value}</dd>
    </div>
  );
}
