import { App } from 'aws-cdk-lib/core';
import { configOf } from './config';
import { LarderStack } from './larder-stack';

const app = new App();
const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
new LarderStack(app, 'Larder', configOf(String(app.node.tryGetContext('stage') ?? 'dev'), context));
