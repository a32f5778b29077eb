// Whether the notification channel can be used. A wrong one in the configuration must not be found out by the first notification.
import type { Logger } from 'pino';
import type { Chat } from './chat.ts';
import { failureOf, isOfACall } from './outcome.ts';

/** Milliseconds between two looks while it can't be used: somebody is mending it. */
const pause = 10_000;

export interface NotificationChannelOptions {
	readonly id: string;
	readonly chat: Chat;
	readonly bot: { readonly userId: () => string; readonly username: () => string };
	readonly log: Logger;
}

export class NotificationChannel {
	readonly #options: NotificationChannelOptions;
	#problem: string | undefined;
	#looking: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#ended = false;

	constructor(options: NotificationChannelOptions) {
		this.#options = options;
	}

	get id(): string {
		return this.#options.id;
	}

	/** Why it can't be used, and what to do; undefined: nothing is known to be wrong. */
	get problem(): string | undefined {
		return this.#problem;
	}

	/** Looks now, or waits for the look that is under way. Mattermost away: what was known stays. Does not reject. */
	async look(): Promise<string | undefined> {
		if (this.#ended) return this.#problem;
		clearTimeout(this.#timer);
		this.#looking ??= this.#look().finally(() => {
			this.#looking = undefined;
		});
		await this.#looking;
		return this.#problem;
	}

	/** Waits for the look that is under way, if there is one. */
	async settled(): Promise<void> {
		await this.#looking;
	}

	async end(): Promise<void> {
		this.#ended = true;
		clearTimeout(this.#timer);
		await this.#looking;
	}

	async #look(): Promise<void> {
		const { log } = this.#options;
		const before = this.#problem;
		try {
			this.#problem = await this.#ask();
			if (this.#problem !== undefined && this.#problem !== before) log.error(this.#problem);
			if (this.#problem === undefined && before !== undefined) log.info('the notification channel can be used now');
		} catch (error) {
			if (isOfACall(error)) log.debug({ err: error }, 'the notification channel could not be looked at');
			else log.error({ err: error }, 'the notification channel could not be looked at');
		}
		if (this.#problem !== undefined && !this.#ended) this.#timer = setTimeout(() => void this.look(), pause).unref();
	}

	async #ask(): Promise<string | undefined> {
		const { id, chat, bot } = this.#options;
		const name = `the notification channel (MATTERMOST_NOTIFICATION_CHANNEL_ID, ${id})`;
		const channel = await unlessRefused(chat.channel(id));
		if (typeof channel === 'string')
			return `${name} is not one that @${bot.username()} can see: ${channel}. Check the id, and that the bot is in its team and was added to it`;
		if (channel.type !== 'O' && channel.type !== 'P')
			return `${name} is a direct or group channel, where nobody can be added: name a channel of a team`;
		if (channel.delete_at > 0) return `${name} is archived: unarchive ~${channel.name}, or name another channel`;
		const member = await unlessRefused(chat.member(id, bot.userId()));
		if (typeof member === 'string')
			return `@${bot.username()} is not in ${name}: add the bot to its team and to ~${channel.name}`;
		return undefined;
	}
}

/** Mattermost's own refusal, in its words. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | string> {
	try {
		return await answer;
	} catch (error) {
		const failure = failureOf(error);
		if (failure.kind === 'refused') return failure.reason;
		throw error;
	}
}
