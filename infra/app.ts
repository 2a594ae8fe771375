import { App } from 'aws-cdk-lib/core';
import { configOf } from './config';
import { LarderStack } from './larder-stack';

const app = new App();
new LarderStack(app, 'Larder', configOf(String(app.node.tryGetContext('stage') ?? 'dev')));
