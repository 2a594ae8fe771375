import { Stack } from 'aws-cdk-lib/core';
import { EventField, Rule, RuleTargetInput, type IEventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { LarderFunction } from './functions/larder-function.ts';

/**
 * How SES tells what becomes of a mail that it has taken: by the configuration set that the mail is sent with, over
 * the default event bus, which is the only one it can use.
 */
export class MailReports extends Construct {
  /** The name of the configuration set. */
  readonly configurationSet: string;
  readonly configurationSetArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly defaultBus: IEventBus,
  ) {
    super(scope, id);
    const set = new ConfigurationSet(this, 'Set');
    set.addEventDestination('Reports', {
      destination: EventDestination.eventBus(defaultBus),
      // Rendering failures are those of SES's templates, which no mail of ours has.
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    });
    this.configurationSet = set.configurationSetName;
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: set.configurationSetName,
    });
  }

  /** @param undelivered takes the reports that the recorder could not be given, or could not record */
  sendTo(recorder: LarderFunction, undelivered: Queue): void {
    new Rule(this, 'Rule', {
      description: 'Larder: mails that bounced, were marked as spam or were rejected',
      eventBus: this.defaultBus,
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received', 'Email Rejected'],
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSet] } } },
      },
      targets: [
        new LambdaFunction(recorder, {
          event: RuleTargetInput.fromObject({ mail: EventField.fromPath('$.detail') }),
          deadLetterQueue: undelivered,
        }),
      ],
    });
    recorder.configureAsyncInvoke({ onFailure: new SqsDestination(undelivered) });
  }
}
