import { App } from 'aws-cdk-lib/core';
import { configOf, STACK_NAME } from './config';
import { LarderStack } from './larder-stack';

const app = new App();
const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
new LarderStack(app, STACK_NAME, configOf(String(app.node.tryGetContext('stage') ?? 'dev'), context));
