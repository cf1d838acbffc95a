// What the package `tessera-client` exports.
export { AppError, type ErrorCode } from '../errors.ts';
export type { PictureFormat } from './checks.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export type { Options, Steps } from './generated/catalogue.ts';
export type { JobClient, JobDocument, PlannedWork, SubmitOptions } from './job-client.ts';
export type { FollowOptions, JobEvent } from './job-events.ts';
export { type Picture, type PictureOptions, picture } from './picture.ts';
export type { AtOptions, PlanBuilder } from './plan-builder.ts';
export type { Expiry } from './sign-url.ts';
export { type SourcePlan, type Srcset, type SrcsetOptions, srcset } from './srcset.ts';
