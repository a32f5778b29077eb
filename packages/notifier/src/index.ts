export { RequestError } from './api/request-error.ts';
export type { Action, SendRequestInput } from './api/send-request.ts';
export type { DmPolicy } from './decide.ts';
export { MattermostClientError } from './errors/mattermost-client-error.ts';
export { createNotifier, type Notifier } from './notifier.ts';
export type { NotifierOptions } from './options.ts';
export { IdempotencyConflictError, type SendOptions, type SendResult } from './send.ts';
export type { Status } from './status.ts';
export type { Fallback } from './target.ts';
