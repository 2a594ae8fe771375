/**
 * Lambda functions in this process: payloads are copied as JSON, and a call that outlasts its timeout has
 * failed. https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
 */
import type { Clock } from '../../../shared/pipeline/ports.ts';
import type { LambdaAnswer } from '../asl/index.ts';

/** Bytes of a synchronous call's payload, either way. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** What a handler gets besides its event. */
export interface InvocationContext {
  readonly functionName: string;
  readonly awsRequestId: string;
  /** Aborted when the timeout has passed: Lambda would have stopped the process by then. */
  readonly signal: AbortSignal;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, context: InvocationContext) => unknown;

export interface LocalFunctionOptions {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly randomId: () => string;
  /** Told of each call that outlasts the timeout. */
  readonly onTimeout?: () => void;
  /** Told after each call how long it took. */
  readonly onEnd?: (milliseconds: number) => void;
}

export class LocalFunction {
  constructor(
    private readonly handler: Handler,
    private readonly options: LocalFunctionOptions,
  ) {}

  get name(): string {
    return this.options.name;
  }

  /** Calls the handler; never rejects. What it throws after its timeout is dropped, as on Lambda. */
  async invoke(event: unknown): Promise<LambdaAnswer> {
    const { clock, timeoutSeconds, randomId, name, onTimeout, onEnd } = this.options;
    const requestId = randomId();
    const startedAt = clock.now();
    const deadline = startedAt + timeoutSeconds * 1000;
    const abort = new AbortController();
    let cancel = (): void => undefined;
    const timedOut = new Promise<LambdaAnswer>((resolve) => {
      cancel = clock.schedule(timeoutSeconds * 1000, () => {
        abort.abort();
        onTimeout?.();
        const message = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        resolve({ ok: false, error: 'Sandbox.Timedout', message });
      });
    });
    const context: InvocationContext = {
      functionName: name,
      awsRequestId: requestId,
      signal: abort.signal,
      getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
    };
    try {
      return await Promise.race([this.call(event, context), timedOut]);
    } finally {
      cancel();
      onEnd?.(clock.now() - startedAt);
    }
  }

  private async call(event: unknown, context: InvocationContext): Promise<LambdaAnswer> {
    try {
      const answer = JSON.stringify((await this.handler(copy(event), context)) ?? null);
      if (Buffer.byteLength(answer, 'utf8') > MAX_PAYLOAD_BYTES) {
        return {
          ok: false,
          error: 'Function.ResponseSizeTooLarge',
          message: 'Response payload size exceeded.',
        };
      }
      return { ok: true, payload: JSON.parse(answer) };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      return { ok: false, error: error.name, message: error.message };
    }
  }
}

function copy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? {}));
}
