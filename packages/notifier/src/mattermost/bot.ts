// The bot: its way into Mattermost, who it is, and Mattermost's clock, read from each answer.
import { type HttpResponse, isApiError, isHttpError, Mattermost } from '@matterkit/client';
import { MattermostClientError } from '../errors/mattermost-client-error.ts';
import { type Chat, type ChatUser, chatOf } from './chat.ts';
import { silence, tokenRefused } from './gate.ts';
import { type Failure, failureOf, isOfACall } from './outcome.ts';
import { ServerClock } from './server-clock.ts';

export interface BotOptions {
	readonly url: string;
	readonly token: string;
	/** Milliseconds a call may take. */
	readonly timeout: number;
	/** Told of each call but posts, right before it is made. */
	readonly asks: () => void;
}

export class Bot {
	readonly mattermost: Mattermost;
	readonly chat: Chat;
	readonly serverClock = new ServerClock();
	#user: ChatUser | undefined;

	constructor({ url, token, timeout, asks }: BotOptions) {
		this.mattermost = new Mattermost({
			url,
			token,
			middleware: [
				(request, next) => {
					if (!isPost(request)) asks();
					return this.#readClock(next(request));
				},
			],
		});
		this.chat = chatOf(this.mattermost, timeout);
	}

	/** Mattermost has said who it is. */
	get isKnown(): boolean {
		return this.#user !== undefined;
	}

	/** Empty until it is known. */
	readonly userId = (): string => this.#user?.id ?? '';

	/** Empty until it is known. */
	readonly username = (): string => this.#user?.username ?? '';

	/** Asks Mattermost who it is. @returns why that is not known. */
	async introduce(signal: AbortSignal): Promise<MattermostClientError | undefined> {
		try {
			this.#user = await this.chat.me(signal);
			return undefined;
		} catch (error) {
			if (!isOfACall(error)) throw error;
			return new MattermostClientError(inWords(failureOf(error)), {
				...(isHttpError(error) && { status: error.status, code: error.code }),
				cause: error,
			});
		}
	}

	close(): Promise<void> {
		return this.mattermost.close();
	}

	async #readClock(answer: Promise<HttpResponse>): Promise<HttpResponse> {
		const observe = (date: string | string[] | undefined) => {
			if (typeof date === 'string') this.serverClock.observe(date);
		};
		try {
			const response = await answer;
			observe(response.headers.date);
			return response;
		} catch (error) {
			if (isApiError(error)) observe(error.headers.date);
			throw error;
		}
	}
}

function inWords(failure: Failure): string {
	if (failure.kind === 'unauthorized') return tokenRefused;
	if (failure.kind === 'refused') return `Mattermost does not let the bot in: ${failure.reason}`;
	return silence('reason' in failure ? failure.reason : failure.kind);
}

const isPost = ({ method, path }: { method: string; path: unknown }) =>
	method === 'POST' && typeof path === 'string' && /\/posts$/.test(path);
