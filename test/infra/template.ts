/** A synthesized template, as its tests read it. */
import { synthesizeTemplate } from '../../infra/synthesize.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export type Resources = Readonly<Record<string, Resource>>;

export function resourcesOf(stage = 'dev', context: Readonly<Record<string, unknown>> = {}): Resources {
  return (synthesizeTemplate(stage, context) as { Resources: Resources }).Resources;
}

export function ofType(resources: Resources, type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}

/** The logical ids that a value refers to. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String((inner as unknown[])[0])];
    if (key === 'Fn::Sub') return [...JSON.stringify(inner).matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)].map(([, id]) => id);
    return references(inner);
  });
}
