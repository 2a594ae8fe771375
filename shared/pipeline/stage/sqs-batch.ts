/** An SQS event as Lambda delivers it, handled record by record. */
import type { Delivery } from '../messages.ts';

/** The fields of Lambda's SQS event that are used. */
export interface SqsEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly receiptHandle: string;
    readonly body: string;
    readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string };
  }[];
}

/** The ids of the records to be delivered again. */
export interface SqsBatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** Handles every record; one that rejects is reported, and only that one is delivered again. */
export async function handleBatch(
  event: SqsEvent,
  handle: (delivery: Delivery) => Promise<void>,
): Promise<SqsBatchResponse> {
  const outcomes = await Promise.allSettled(
    event.Records.map((record) =>
      handle({
        messageId: record.messageId,
        body: record.body,
        receipt: record.receiptHandle,
        sentAt: Number(record.attributes.SentTimestamp),
        receiveCount: Number(record.attributes.ApproximateReceiveCount),
      }),
    ),
  );
  return {
    batchItemFailures: event.Records.filter((_, index) => outcomes[index].status === 'rejected').map((record) => ({
      itemIdentifier: record.messageId,
    })),
  };
}
