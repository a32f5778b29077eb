// Seed 004's functions: one call, no object to hold. They use the notifier that the program named, or make one from the environment.
import { join } from 'node:path';
import { openStore } from '@matterkit/store';
import { pino } from 'pino';
import type { SendResult } from './accepting/send.ts';
import { readEnvironment } from './environment.ts';
import type { Notifier } from './notifier.ts';
import type { Action, SendRequestInput } from './requests/send-request.ts';
import { createNotifier } from './service.ts';

type Of<A extends Action> = Omit<Extract<SendRequestInput, { action: A }>, 'action'>;

export type BorrowApproval = Of<'BORROW'>;
export type ReturnConfirmation = Of<'RETURN'>;
export type RenewalApproval = Of<'RENEWAL'>;

let named: Promise<Notifier> | undefined;

/** The functions here use this notifier. Without it the first call makes one from the environment variables, see `notifierFromEnvironment`. */
export function useNotifier(notifier: Notifier): void {
	named = Promise.resolve(notifier);
}

/**
 * A started notifier set up by MATTERMOST_SERVER_URL, MATTERMOST_BOT_TOKEN, MATTERMOST_NOTIFICATION_CHANNEL_ID and what is optional. It
 * keeps its rows in DATABASE_URL, or in `notifications.db` in the folder MATTERKIT_DATA (default `matterkit-data`).
 * It closes them itself.
 * @throws Error that names every variable that is missing or wrong.
 */
export async function notifierFromEnvironment(
	environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Notifier> {
	const { databaseUrl, folder, logLevel, ...options } = readEnvironment(environment);
	const logger = pino({ level: logLevel });
	const location = databaseUrl === undefined ? { file: join(folder, 'notifications.db') } : { url: databaseUrl };
	const store = await openStore(location, { log: logger });
	const notifier = createNotifier({ ...options, store, logger });
	const end = notifier.close.bind(notifier);
	const close = async () => {
		await end();
		await store.close();
	};
	Object.assign(notifier, { close });
	try {
		await notifier.start();
	} catch (error) {
		await close();
		throw error;
	}
	return notifier;
}

/** Ends the notifier that these functions use, if there is one. */
export async function closeNotifications(): Promise<void> {
	const ending = named;
	named = undefined;
	await (await ending)?.close();
}

function notifier(): Promise<Notifier> {
	named ??= notifierFromEnvironment().catch((error: unknown) => {
		named = undefined;
		throw error;
	});
	return named;
}

/** A borrowing request was approved. Resolves when the notification is stored. */
export async function sendBorrowApprovalNotification(request: BorrowApproval): Promise<SendResult> {
	return (await notifier()).send({ action: 'BORROW', ...request });
}

/** A device was returned. Resolves when the notification is stored. */
export async function sendReturnConfirmationNotification(request: ReturnConfirmation): Promise<SendResult> {
	return (await notifier()).send({ action: 'RETURN', ...request });
}

/** A borrowing was renewed. Resolves when the notification is stored. */
export async function sendRenewalApprovalNotification(request: RenewalApproval): Promise<SendResult> {
	return (await notifier()).send({ action: 'RENEWAL', ...request });
}

/** Tells someone that notifications reach them. */
export async function sendTestNotification(mattermostUsername: string): Promise<SendResult> {
	return (await notifier()).sendTest(mattermostUsername);
}

/** For routes that approve: as `sendBorrowApprovalNotification`, but never fails. What can't be stored is logged. */
export function triggerBorrowNotification(request: BorrowApproval): Promise<SendResult | undefined> {
	return logged('BORROW', sendBorrowApprovalNotification(request));
}

/** As `sendReturnConfirmationNotification`, but never fails. */
export function triggerReturnNotification(request: ReturnConfirmation): Promise<SendResult | undefined> {
	return logged('RETURN', sendReturnConfirmationNotification(request));
}

/** As `sendRenewalApprovalNotification`, but never fails. */
export function triggerRenewalNotification(request: RenewalApproval): Promise<SendResult | undefined> {
	return logged('RENEWAL', sendRenewalApprovalNotification(request));
}

async function logged(action: Action, sending: Promise<SendResult>): Promise<SendResult | undefined> {
	try {
		return await sending;
	} catch (error) {
		const { log } = (await named?.catch(() => undefined)) ?? { log: pino() };
		log.error({ action, err: error }, 'a notification could not be stored');
		return undefined;
	}
}
