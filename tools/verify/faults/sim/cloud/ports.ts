/** Every port of the pipeline as one process sees it: each call is a point at which the scheduler decides. */
import type { Blobs, Log, Table, VersionedBlobs } from '../../../../../shared/pipeline/ports.ts';
import { RunStore } from '../../../../../shared/pipeline/table/run-store.ts';
import { DEFAULT_THRESHOLDS } from '../../../../../shared/report/alerts/thresholds.ts';
import type { LogEvent } from '../../../../../shared/pipeline/log-events.ts';
import type { LocalDeps } from '../../../../local/handlers.ts';
import { isStage } from '../checks/rows.ts';
import type { Process } from './process.ts';
import type { Services } from './services.ts';
import type { SimBlobs } from './storage.ts';

/** Whom the processes of people and of the sweeper's schedule work for. */
export const OPERATOR = 'operator';

export function portsOf(services: Services, process: Process): LocalDeps {
  const { checks, inputs, machine } = services;
  const published = publishedOf(services, process);
  return {
    store: new RunStore(tableOf(services, process)),
    artifacts: blobsOf(process, services.artifacts, 'artifacts'),
    published: () => ({ blobs: published, location: 'published' }),
    callbacks: {
      succeed: (token, output) =>
        process.call('callbacks.succeed', '', () =>
          quiet(machine.succeed(token, output).then(() => checks.succeeded(output, process))),
        ),
      fail: (token, error, cause) =>
        process.call('callbacks.fail', error, () =>
          quiet(machine.fail(token, error, cause).then(() => checks.failed(error, process))),
        ),
      heartbeat: (token) => process.call('callbacks.heartbeat', '', () => quiet(machine.heartbeat(token))),
    },
    queues: {
      send: (message) =>
        process.call('queues.send', `${message.stage} ${message.week}`, () => {
          const id = services.queueOf(message.stage).send(JSON.stringify(message));
          if (process.subject === OPERATOR) checks.resent([id]);
        }),
      changeVisibility: (stage, { receipt }, seconds) => {
        checks.deliveries.visibilityAsked(process, seconds);
        return process.call('queues.changeVisibility', `${receipt} ${seconds} s`, () => {
          services.queueOf(stage).changeVisibility(receipt, seconds);
          process.backInSeconds = seconds;
        });
      },
    },
    executions: {
      start: (name, input) => process.call('executions.start', name, () => quiet(machine.start(name, input))),
      stop: (name, cause) => process.call('executions.stop', name, () => quiet(machine.stop(name, cause))),
      status: (name) => process.call('executions.status', name, () => quiet(machine.status(name))),
    },
    mailer: {
      send: (mail) => process.call('mailer.send', mail.subject, () => checks.mailed(mail)),
    },
    mail: { from: 'larder@localhost', to: ['planning@localhost'] },
    thresholds: DEFAULT_THRESHOLDS,
    events: {
      forecastPublished: (detail) =>
        process.call('events.announce', `r${detail.revision}`, () => checks.announced(detail)),
    },
    clock: process,
    log: logOf(services),
    openInputs: () => ({
      open: (file) => process.call('inputs.open', file, () => inputs.open(), services.workTime()),
    }),
    defaultInput: 'inputs',
    codeVersion: 'faults',
    limits: { mapMode: 'inline', maxConcurrency: 40, publisherMemoryMb: 3_538 },
  };
}

/** The promise, whose rejection is no unhandled one where the process that asked dies before the answer. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function tableOf({ table, checks }: Services, process: Process): Table {
  return {
    get: async (pk, sk) => {
      const item = await process.call('table.get', `${pk} ${sk}`, () => table.get(pk, sk));
      if (item && isStage(item)) process.fencesRead.set(`${pk}|${sk}`, item.fence);
      return item;
    },
    put: (item, expected) =>
      process.call('table.put', `${item.pk} ${item.sk}`, () =>
        table.put(item, expected, (after, before) => checks.put(after, before, process)),
      ),
    query: (pk, prefix) => process.call('table.query', `${pk} ${prefix}`, () => table.query(pk, prefix)),
    runs: (filter, limit) => process.call('table.runs', filter, () => table.runs(filter, limit)),
  };
}

function blobsOf(process: Process, blobs: SimBlobs, name: 'artifacts' | 'published'): Blobs {
  return {
    put: (key, body) => process.call(`${name}.put`, key, () => blobs.put(key, body)),
    get: (key) => process.call(`${name}.get`, key, () => blobs.get(key)),
  };
}

function publishedOf({ published }: Services, process: Process): VersionedBlobs {
  return {
    ...blobsOf(process, published, 'published'),
    find: (key) => process.call('published.find', key, () => published.find(key)),
    replace: (key, body, _contentType, expected) =>
      process.call('published.replace', key, () => published.replace(key, body, expected)),
  };
}

function logOf({ checks }: Services): Log {
  const line = (event: LogEvent, fields?: Readonly<Record<string, unknown>>) => {
    checks.logged(JSON.stringify({ event, ...fields }));
  };
  return { info: line, warn: line, error: line };
}
