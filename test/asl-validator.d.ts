declare module 'asl-validator' {
  /** https://github.com/ChristopheBougere/asl-validator */
  export default function validate(definition: unknown): { isValid: boolean; errorsText(): string };
}
