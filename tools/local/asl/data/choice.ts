/**
 * The conditions of a Choice state.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
import type { Json } from './json.ts';
import { readPath, type Path, type Scope } from './paths.ts';
import { PathMissing } from './template.ts';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'test'; readonly variable: Path; readonly operator: Operator; readonly operand: Json };

interface Comparison {
  /** The type of the operand, as `typeof` says it. */
  readonly operand: 'string' | 'number' | 'boolean';
  readonly test: (value: Json, operand: Json) => boolean;
}

const compare =
  (holds: (a: number, b: number) => boolean) =>
  (value: Json, operand: Json): boolean =>
    typeof value === 'number' && typeof operand === 'number' && holds(value, operand);

const isType = (is: (value: Json) => boolean): Comparison => ({
  operand: 'boolean',
  test: (value, operand) => is(value) === operand,
});

/** The comparison operators that there are here. `IsPresent` stands apart: its path may lead nowhere. */
const COMPARISONS = {
  StringEquals: { operand: 'string', test: (value, operand) => value === operand },
  BooleanEquals: { operand: 'boolean', test: (value, operand) => value === operand },
  NumericEquals: { operand: 'number', test: compare((a, b) => a === b) },
  NumericGreaterThan: { operand: 'number', test: compare((a, b) => a > b) },
  NumericGreaterThanEquals: { operand: 'number', test: compare((a, b) => a >= b) },
  NumericLessThan: { operand: 'number', test: compare((a, b) => a < b) },
  NumericLessThanEquals: { operand: 'number', test: compare((a, b) => a <= b) },
  IsNull: isType((value) => value === null),
  IsString: isType((value) => typeof value === 'string'),
  IsNumeric: isType((value) => typeof value === 'number'),
  IsBoolean: isType((value) => typeof value === 'boolean'),
  IsPresent: isType(() => true),
} as const satisfies Record<string, Comparison>;

export type Operator = keyof typeof COMPARISONS;

export function isOperator(name: string): name is Operator {
  return Object.hasOwn(COMPARISONS, name);
}

/** The type that the operator's operand must have, as `typeof` says it. */
export function operandType(operator: Operator): Comparison['operand'] {
  return COMPARISONS[operator].operand;
}

/** @throws {@link PathMissing} where a variable other than IsPresent's is not there */
export function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.all.every((part) => holds(part, scope));
    case 'or':
      return condition.all.some((part) => holds(part, scope));
    case 'not':
      return !holds(condition.condition, scope);
    case 'test': {
      const value = readPath(condition.variable, scope);
      if (condition.operator === 'IsPresent') return (value !== undefined) === condition.operand;
      if (value === undefined) throw new PathMissing(condition.variable, 'Variable');
      return COMPARISONS[condition.operator].test(value, condition.operand);
    }
  }
}
