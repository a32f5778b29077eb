// What a real 11.6 server answered: fixtures/*.jsonl, trimmed to what is compared. Bodies, orders and headers are as
// recorded; `<id>`, `<version>`, `<date>`, `<base64>`, `<host>`, `<token>` and `<url>` stand for what no two servers have in common.
import { readFileSync } from 'node:fs';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface Exchange {
	readonly group: string;
	readonly name: string;
	/** Who called; left out where nobody was signed in. */
	readonly as?: string;
	readonly method: string;
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** JSON; text where a content type of `headers` says so; `<n bytes>`; `{multipart: [part, …]}`. */
	readonly body?: Json;
	readonly answer: {
		readonly status: number;
		readonly headers: Readonly<Record<string, string | readonly string[]>>;
		readonly body?: Json;
		readonly text?: string;
		/** Length of an answer that was not kept. */
		readonly bytes?: number;
		/** The answer was a list of this many, of which only the first were kept. */
		readonly cut?: number;
	};
}

/** A REST call made while the sockets were open. */
export interface Call {
	/** Milliseconds from the opening of the first socket to the call's answer. */
	readonly ms: number;
	readonly as?: string;
	readonly method: string;
	readonly path: string;
	readonly body?: Json;
	readonly status: number;
	/** Id of what the call made (or found first), which later calls name. */
	readonly made?: string;
}

export interface Conversation {
	readonly name: string;
	readonly as: string;
	readonly by: 'authentication_challenge' | 'Authorization header' | 'nothing';
	readonly query: string;
	/** Milliseconds from the opening of the first socket of the set to the opening of this one. */
	readonly opened: number;
	/** The socket is that of the conversation of this name, gone on with. */
	readonly socket?: string;
	/** When, counted as `opened`, the recording program cut the socket without a close frame. */
	readonly dropped?: number;
	/** Only the first (`head`) or the last (`tail`) frames were kept. */
	readonly part?: 'head' | 'tail';
	/** How many frames arrived where only some were kept. */
	readonly frames_in_all?: number;
	readonly frames: readonly Frame[];
}

export type Frame = { /** Milliseconds from the opening of this socket. */ readonly at: number } & (
	| { readonly out: JsonObject }
	| { readonly in: JsonObject }
	| { readonly closed: number }
);

/** Sockets that were open at the same time, and the calls that caused what they received. */
export interface ConversationSet {
	readonly calls: readonly Call[];
	readonly conversations: readonly Conversation[];
}

export function readExchanges(file: 'rest' | 'other-settings'): readonly Exchange[] {
	return lines(file) as Exchange[];
}

export function readConversations(): readonly ConversationSet[] {
	const sets: { calls: readonly Call[]; conversations: Conversation[] }[] = [];
	for (const line of lines('websocket') as (Conversation | { calls: readonly Call[] })[]) {
		if ('calls' in line) sets.push({ calls: line.calls, conversations: [] });
		else sets.at(-1)?.conversations.push(line);
	}
	return sets;
}

function lines(name: string): unknown[] {
	const text = readFileSync(new URL(`../../fixtures/${name}.jsonl`, import.meta.url), 'utf8');
	return text
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line, long));
}

/** `<16384 x>` stands for that many letters. */
function long(_key: string, value: unknown): unknown {
	const count = typeof value === 'string' ? /^<(\d+) x>$/.exec(value)?.[1] : undefined;
	return count === undefined ? value : 'x'.repeat(Number(count));
}

/** The value where it is an object, otherwise an empty one. */
export function object(value: Json | undefined): JsonObject {
	return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
