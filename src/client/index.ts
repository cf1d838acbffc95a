// What the package `tessera-client` exports.
export { AppError, type ErrorCode } from '../errors.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export type { Options, Steps } from './generated/catalogue.ts';
export type { JobClient, JobDocument, PlannedWork, SubmitOptions } from './job-client.ts';
export type { FollowOptions, JobEvent } from './job-events.ts';
export type { PlanBuilder } from './plan-builder.ts';
export type { Expiry } from './sign-url.ts';
