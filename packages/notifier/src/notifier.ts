// What the rest of a program sees of the notification service.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { SendOptions, SendResult } from './accepting/send.ts';
import type { DeliveryDetails } from './reporting/deliveries.ts';
import type { Status } from './reporting/status.ts';
import type { BulkRequestInput } from './requests/bulk-request.ts';
import type { ReplyRequestInput, UpdateRequestInput } from './requests/follow-up-request.ts';
import type { GeneralRequestInput } from './requests/general-request.ts';
import type { SendRequestInput } from './requests/send-request.ts';

export interface Notifier extends AsyncDisposable {
	/** Adds `/api/notifications/*`. Before `app.ready()`. */
	routes(app: FastifyInstance): void;
	/** Makes the tables and begins to work. A Mattermost that is away is waited for in the background. */
	start(): Promise<void>;
	/** Ends what is under way and goes. Closes neither the store nor the server. */
	close(): Promise<void>;
	health(): { ready: boolean; waitingFor: string[] };
	/**
	 * As POST /api/notifications/send.
	 * @throws RequestError, IdempotencyConflictError
	 */
	send(request: SendRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * As POST /api/notifications: any template.
	 * @throws RequestError, IdempotencyConflictError
	 */
	notify(request: GeneralRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * As POST /api/notifications/bulk: many people, all accepted in one transaction.
	 * @throws RequestError, IdempotencyConflictError
	 */
	notifyMany(request: BulkRequestInput, options?: Pick<SendOptions, 'idempotencyKey'>): Promise<SendResult[]>;
	/**
	 * As POST /api/notifications/{id}/replies: in the thread of an earlier notification.
	 * @throws RequestError, IdempotencyConflictError
	 */
	reply(id: string, request: ReplyRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * As PUT /api/notifications/{id}/content: another text in the place of an earlier notification's.
	 * @throws RequestError, IdempotencyConflictError
	 */
	update(id: string, request: UpdateRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * Tells `username` that notifications reach them.
	 * @throws RequestError
	 */
	sendTest(username: string, options?: Pick<SendOptions, 'wait' | 'signal'>): Promise<SendResult>;
	/** How a notification stands and what happened to it; undefined: there is none with this id, or it is older than the retention. */
	find(id: string): Promise<DeliveryDetails | undefined>;
	/**
	 * Takes a notification back.
	 * @returns false: it was posted, may have been, or is being posted right now; or there is none with this id.
	 */
	cancel(id: string): Promise<boolean>;
	/**
	 * Brings a dead one back, see `retry`.
	 * @returns false: it is not dead.
	 */
	replay(id: string): Promise<boolean>;
	status(): Promise<Status>;
	/** prom-client's registry. */
	readonly metrics: Registry;
	readonly log: Logger;
}
