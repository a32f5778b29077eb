// Plays recorded WebSocket conversations against a server, with the REST calls that caused them, and says what differs.
import { until } from '@matterkit/testing';
import { Callers } from './callers.ts';
import { compare } from './compare.ts';
import type { Counterparts } from './counterparts.ts';
import { Asker } from './http.ts';
import { OpenSocket } from './open-socket.ts';
import { type Call, type Conversation, type ConversationSet, type Frame, type Json, object } from './recordings.ts';
import type { Found, Target } from './rest.ts';

type Step = { readonly at: number; readonly order: number; run(): Promise<void> | void };

/** Milliseconds for a frame to come before the recording goes on without it; at the end the server's 5 s for a token count. */
const patience = { onTheWay: 500, atTheEnd: 6_000 };

export async function replayConversations(
	target: Target,
	{ calls, conversations }: ConversationSet,
	counterparts: Counterparts,
	tokenOwners: readonly string[],
): Promise<Found[]> {
	using asker = new Asker(target.url);
	const names = [...calls, ...conversations].flatMap(({ as }) => (as ? [as] : []));
	const callers = new Callers(names, tokenOwners, target.adminToken);
	const found: Found[] = [];
	const sockets = new Map<string, OpenSocket>();

	const call = async ({ method, path, body, as, status, made }: Call) => {
		target.advance(3);
		const token = callers.token(as);
		const answer = await asker.ask({
			method,
			path: counterparts.translate(path),
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
			body: body === undefined ? undefined : JSON.stringify(counterparts.translateJson(body)),
		});
		if (answer.status !== status) {
			found.push([`${method} ${path}`, `status: recorded ${status}, here ${answer.status} ${answer.body}`]);
		}
		callers.learn(method, path, body, answer);
		if (made !== undefined) meetMade(made, answer.body.toString(), counterparts);
	};
	const open = (conversation: Conversation) => {
		const url = `${target.url.replace('http', 'ws')}/api/v4/websocket${counterparts.translate(conversation.query)}`;
		const bearer = conversation.by === 'Authorization header' ? callers.token(conversation.as) : undefined;
		sockets.set(conversation.name, new OpenSocket(url, bearer));
	};
	const socketOf = ({ name, socket }: Conversation) => sockets.get(socket ?? name);

	const steps: Step[] = calls.map((each) => ({ at: each.ms, order: 0, run: () => call(each) }));
	for (const conversation of conversations) {
		const { opened, dropped, frames, socket } = conversation;
		if (socket === undefined) steps.push({ at: opened, order: 1, run: () => open(conversation) });
		if (dropped !== undefined) steps.push({ at: dropped, order: 0, run: () => socketOf(conversation)?.cut() });
		for (const frame of frames) {
			if (!('out' in frame)) continue;
			const text = () =>
				JSON.stringify(withToken(counterparts.translateJson(frame.out), callers.token(conversation.as)));
			steps.push({ at: opened + frame.at, order: 2, run: () => socketOf(conversation)?.send(text()) });
		}
	}
	steps.sort((one, other) => one.at - other.at || one.order - other.order);

	let last = Number.NEGATIVE_INFINITY;
	for (const step of steps) {
		// What came before the previous step came before this one too.
		await Promise.all(conversations.map((each) => arrived(each, socketOf(each), last)));
		await step.run();
		last = step.at;
	}
	await Promise.all(conversations.map((each) => arrived(each, socketOf(each))));
	await Promise.all([...sockets.values()].map((socket) => socket.settled()));
	for (const each of conversations) found.push(...compareConversation(each, socketOf(each), counterparts));
	await Promise.all([...sockets.values()].map((socket) => socket.cut()));
	return found;
}

/** Waits until as much has come as had come in the recording by the time `by`; gives up in silence, the comparison tells. */
async function arrived(conversation: Conversation, socket: OpenSocket | undefined, by?: number): Promise<void> {
	const { frames, opened, part, frames_in_all: all } = conversation;
	if (!socket || part === 'tail') return;
	const counts = (frame: Frame) => 'in' in frame || (by === undefined && 'closed' in frame && frame.at > 0);
	const count = frames.filter((frame) => counts(frame) && (by === undefined || opened + frame.at <= by)).length;
	const wanted = by === undefined ? Math.max(all ?? 0, count) : count;
	const timeout = by === undefined ? patience.atTheEnd : patience.onTheWay;
	if (socket.late) return;
	await until('frames arrive', () => socket.received.length >= wanted, { timeout, every: 1 }).catch(() => {
		socket.late = true;
	});
}

/** What a call made has the id in its answer, or is the first of the list that it answered. */
function meetMade(recorded: string, answer: string, counterparts: Counterparts): void {
	const json = JSON.parse(answer) as Json;
	const { id, user_id } = object(Array.isArray(json) ? json[0] : json);
	counterparts.meet(recorded, String(id ?? user_id));
}

function withToken(frame: Json, token: string | undefined): Json {
	const { data, ...rest } = object(frame);
	return { ...rest, data: object(data).token === undefined ? (data ?? null) : { token: token ?? '' } };
}

function compareConversation(
	conversation: Conversation,
	socket: OpenSocket | undefined,
	counterparts: Counterparts,
): Found[] {
	const { name, part } = conversation;
	const recorded = conversation.frames.filter((frame) => !('out' in frame));
	const all = socket?.received ?? [];
	const ours = part === 'tail' ? all.slice(-recorded.length) : part === 'head' ? all.slice(0, recorded.length) : all;
	const found: string[] = [];
	for (const [index, frame] of recorded.entries()) found.push(...compareFrame(frame, ours[index], counterparts, index));
	for (const extra of ours.slice(recorded.length))
		found.push(`recorded nothing more, here ${JSON.stringify(extra).slice(0, 200)}`);
	const { frames_in_all: count } = conversation;
	if (count !== undefined && all.length !== count) found.push(`recorded ${count} frames in all, here ${all.length}`);
	return found.map((difference): Found => [name, difference]);
}

function compareFrame(recorded: Frame, ours: Frame | undefined, counterparts: Counterparts, index: number): string[] {
	if ('in' in recorded) {
		const what = String(recorded.in.event ?? 'reply');
		return compare(recorded.in, ours && 'in' in ours ? ours.in : undefined, counterparts, `[${index}] ${what}`);
	}
	if (!('closed' in recorded)) return [];
	if (!ours || !('closed' in ours))
		return [`[${index}] closed ${recorded.closed}: recorded, here ${JSON.stringify(ours)}`];
	const found =
		ours.closed === recorded.closed ? [] : [`[${index}] closed: recorded ${recorded.closed}, here ${ours.closed}`];
	if (Math.abs(ours.at - recorded.at) > 1_000)
		found.push(`[${index}] closed after ${recorded.at} ms, here after ${ours.at}`);
	return found;
}
