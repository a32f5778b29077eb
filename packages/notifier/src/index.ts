export { IdempotencyConflictError, type SendOptions, type SendResult } from './accepting/send.ts';
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
export type { Fallback } from './delivering/target.ts';
export { MattermostClientError } from './errors/mattermost-client-error.ts';
export { RequestError } from './errors/request-error.ts';
export type { RateLimit } from './mattermost/rate.ts';
export { notifierTables } from './migrations/index.ts';
export type { Notifier } from './notifier.ts';
export type { NotifierOptions } from './options.ts';
export type { DeliveryView } from './outbox/delivery-view.ts';
export type { State } from './outbox/states.ts';
export type { DmPolicy } from './outbox/tables.ts';
export type { DeliveryDetails } from './reporting/deliveries.ts';
export type { Status } from './reporting/status.ts';
export type { TimelineEntry } from './reporting/timeline.ts';
export type { BulkRequestInput } from './requests/bulk-request.ts';
export type { ReplyRequestInput, UpdateRequestInput } from './requests/follow-up-request.ts';
export type { GeneralRequestInput } from './requests/general-request.ts';
export type { Action, SendRequestInput } from './requests/send-request.ts';
export { createNotifier } from './service.ts';
export { type NotifierSettings, readSettings } from './settings.ts';
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
export type { Priority } from './timing/priority.ts';
export type { RetryPolicy } from './timing/retry.ts';
export { verifyWebhook, WebhookVerificationError } from './webhooks/signature.ts';
