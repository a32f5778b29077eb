export type { BulkRequestInput } from './api/bulk-request.ts';
export type { ReplyRequestInput, UpdateRequestInput } from './api/follow-up-request.ts';
export type { GeneralRequestInput } from './api/general-request.ts';
export { RequestError } from './api/request-error.ts';
export type { Action, SendRequestInput } from './api/send-request.ts';
export {
	type BorrowApproval,
	closeNotifications,
	notifierFromEnvironment,
	type RenewalApproval,
	type ReturnConfirmation,
	sendBorrowApprovalNotification,
	sendRenewalApprovalNotification,
	sendReturnConfirmationNotification,
	sendTestNotification,
	triggerBorrowNotification,
	triggerRenewalNotification,
	triggerReturnNotification,
	useNotifier,
} from './convenience.ts';
export type { DmPolicy } from './decide.ts';
export type { DeliveryDetails, DeliveryView } from './deliveries.ts';
export { MattermostClientError } from './errors/mattermost-client-error.ts';
export { notifierTables } from './migrations/index.ts';
export { createNotifier, type Notifier } from './notifier.ts';
export type { NotifierOptions } from './options.ts';
export type { State } from './outbox/states.ts';
export type { Priority } from './priority.ts';
export type { RateLimit } from './rate.ts';
export type { RetryPolicy } from './retry.ts';
export { IdempotencyConflictError, type SendOptions, type SendResult } from './send.ts';
export { type NotifierSettings, readSettings } from './settings.ts';
export type { Status } from './status.ts';
export type { Fallback } from './target.ts';
export {
	type Attachment,
	type Content,
	defineTemplate,
	type Rendering,
	type Template,
	TemplateError,
	type VariableSpec,
	type VariableType,
} from './templates/definition.ts';
export { loadTemplates } from './templates/files.ts';
export type { TimelineEntry } from './timeline.ts';
export { verifyWebhook, WebhookVerificationError } from './webhooks/signature.ts';
