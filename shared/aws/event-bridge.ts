import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { TransientError } from '../pipeline/errors.ts';
import type { ForecastPublished } from '../pipeline/events.ts';
import type { Events } from '../pipeline/ports.ts';

export const EVENT_SOURCE = 'larder';

export class EventBridgeEvents implements Events {
  constructor(
    private readonly client: EventBridgeClient,
    private readonly busName: string,
  ) {}

  /** @throws {@link TransientError} where the bus took the call and refused the entry */
  async forecastPublished(detail: ForecastPublished): Promise<void> {
    const answer = await this.client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.busName,
            Source: EVENT_SOURCE,
            DetailType: 'ForecastPublished',
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    const refused = answer.Entries?.find((entry) => entry.ErrorCode);
    if (refused) throw new TransientError(`EventBridge: ${refused.ErrorCode ?? ''} ${refused.ErrorMessage ?? ''}`);
  }
}
