/** Counts, at the local stack's ports, the requests that the same run would send to AWS. */
import type { LogEvent } from '../../shared/pipeline/log-events.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type {
  Blobs,
  Callbacks,
  Events,
  Log,
  Mailer,
  StageQueues,
  VersionedBlobs,
} from '../../shared/pipeline/ports.ts';
import type { InputFiles } from '../../shared/pipeline/inputs/read-inputs.ts';

/** An API request by service and action, or a quantity that is charged for. */
export type Metered =
  | `dynamodb:${'GetItem' | 'PutItem' | 'Query' | 'readUnits' | 'writeUnits'}`
  | `states:${'Transition' | 'SendTaskSuccess' | 'SendTaskFailure' | 'SendTaskHeartbeat' | 'StartExecution'}`
  | `sqs:${'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'ChangeMessageVisibility'}`
  | `s3:${'GetObject' | 'PutObject' | 'bytes'}`
  | `lambda:${'Invoke' | 'gigabyteSeconds'}`
  | 'ses:SendRawEmail'
  | 'events:PutEvents'
  | 'logs:bytes';

export class Meter {
  private readonly totals = new Map<Metered, number>();

  add(name: Metered, amount = 1): void {
    this.totals.set(name, (this.totals.get(name) ?? 0) + amount);
  }

  get(name: Metered): number {
    return this.totals.get(name) ?? 0;
  }

  /** In the order of their names. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.totals].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

interface MeteredPorts {
  readonly artifacts: Blobs;
  readonly callbacks: Callbacks;
  readonly queues: StageQueues;
  readonly mailer: Mailer;
  readonly events: Events;
  readonly openInputs: (location: string) => InputFiles;
}

/** The same ports, each call of which is counted as the request that its AWS adapter sends. */
export function meteredPorts(meter: Meter, ports: MeteredPorts): MeteredPorts {
  const { callbacks, queues, mailer, events, openInputs } = ports;
  const counted = <T>(name: Metered, answer: T): T => {
    meter.add(name);
    return answer;
  };
  return {
    artifacts: meteredBlobs(meter, ports.artifacts),
    callbacks: {
      succeed: (token, output) => counted('states:SendTaskSuccess', callbacks.succeed(token, output)),
      fail: (token, error, cause) => counted('states:SendTaskFailure', callbacks.fail(token, error, cause)),
      heartbeat: (token) => counted('states:SendTaskHeartbeat', callbacks.heartbeat(token)),
    },
    queues: {
      send: (message) => counted('sqs:SendMessage', queues.send(message)),
      changeVisibility: (stage, delivery, seconds) =>
        counted('sqs:ChangeMessageVisibility', queues.changeVisibility(stage, delivery, seconds)),
    },
    mailer: { send: (mail) => counted('ses:SendRawEmail', mailer.send(mail)) },
    events: {
      forecastPublished: (detail) => counted('events:PutEvents', events.forecastPublished(detail)),
    },
    openInputs: (location) => {
      const files = openInputs(location);
      return { open: (file) => counted('s3:GetObject', files.open(file)) };
    },
  };
}

function meteredBlobs(meter: Meter, blobs: Blobs): Blobs {
  return {
    put: (key, body, contentType) => {
      meterPut(meter, body);
      return blobs.put(key, body, contentType);
    },
    get: (key) => {
      meter.add('s3:GetObject');
      return blobs.get(key);
    },
  };
}

function meterPut(meter: Meter, body: Uint8Array): void {
  meter.add('s3:PutObject');
  meter.add('s3:bytes', body.byteLength);
}

export function meteredVersionedBlobs(meter: Meter, blobs: VersionedBlobs): VersionedBlobs {
  return {
    ...meteredBlobs(meter, blobs),
    find: (key) => {
      meter.add('s3:GetObject');
      return blobs.find(key);
    },
    replace: (key, body, contentType, expectedVersion) => {
      meterPut(meter, body);
      return blobs.replace(key, body, contentType, expectedVersion);
    },
  };
}

/** CloudWatch takes each line as JSON; `at` and the function's name are part of it there too. */
export function meteredLog(meter: Meter, log: Log): Log {
  const line = (level: 'info' | 'warn' | 'error') => (event: LogEvent, fields?: Readonly<Record<string, unknown>>) => {
    meter.add('logs:bytes', Buffer.byteLength(JSON.stringify({ level, event, ...fields }), 'utf8'));
    log[level](event, fields);
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

const REQUESTS: Readonly<Partial<Record<string, Metered>>> = {
  GetItemCommand: 'dynamodb:GetItem',
  PutItemCommand: 'dynamodb:PutItem',
  QueryCommand: 'dynamodb:Query',
};

/** Has the table tell what each request consumes, and counts it. */
export function meterTable(meter: Meter, client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = REQUESTS[context.commandName ?? ''];
      if (!name) return next(args);
      meter.add(name);
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' };
      const answer = await next({ ...args, input });
      const output = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      const units = output.ConsumedCapacity?.CapacityUnits ?? 0;
      meter.add(name === 'dynamodb:PutItem' ? 'dynamodb:writeUnits' : 'dynamodb:readUnits', units);
      return answer;
    },
    { step: 'initialize', name: 'meter' },
  );
}
