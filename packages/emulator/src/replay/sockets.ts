// Plays recorded WebSocket conversations against a server, with the REST calls that caused them, and says what differs.
import { setTimeout as delay } from 'node:timers/promises';
import { Callers } from './callers.ts';
import { compare } from './compare.ts';
import type { Counterparts } from './counterparts.ts';
import { Asker } from './http.ts';
import { OpenSocket } from './open-socket.ts';
import { type Call, type Conversation, type ConversationSet, type Frame, type Json, object } from './recordings.ts';
import type { Found, Target } from './rest.ts';

/** Milliseconds until a connection sets its user online and its end sets them offline: room for a slow machine in between. */
export const statusDelays = { online: 60, offline: 500 } as const;

/** What happens in the same millisecond happens in this order. */
const [cutting, answered, opening, sending] = [0, 1, 2, 3];

interface Step {
	readonly at: number;
	readonly order: number;
	run(): Promise<void> | void;
}

/** Milliseconds that a recorded call took at most. */
const longestCall = 300;

/** Milliseconds for a frame to come before the recording goes on without it; at the end the server's 5 s for a token count. */
const patience = { onTheWay: 2_000, atTheEnd: 6_000 };

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
	const socketOf = ({ name, socket }: Conversation) => sockets.get(socket ?? name);

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
	const open = async (conversation: Conversation) => {
		for (const each of conversations) meetHello(each, socketOf(each), counterparts);
		const url = `${target.url.replace('http', 'ws')}/api/v4/websocket${counterparts.translate(conversation.query)}`;
		const bearer = conversation.by === 'Authorization header' ? callers.token(conversation.as) : undefined;
		const socket = new OpenSocket(url, bearer);
		sockets.set(conversation.name, socket);
		await socket.opened();
	};
	const steps: Step[] = calls.map((each) => ({ at: each.ms, order: answered, run: () => call(each) }));
	for (const conversation of conversations) {
		const { opened, dropped, frames, socket } = conversation;
		if (socket === undefined) steps.push({ at: opened, order: opening, run: () => open(conversation) });
		if (dropped !== undefined) steps.push({ at: dropped, order: cutting, run: () => socketOf(conversation)?.cut() });
		for (const [index, frame] of frames.entries()) {
			if (!('out' in frame)) continue;
			const before = frames[index - 1];
			const run = async () => {
				if (before && 'in' in before && frame.at - before.at > 10) await delay(3 * statusDelays.online);
				const frameWithToken = withToken(counterparts.translateJson(frame.out), callers.token(conversation.as));
				socketOf(conversation)?.send(JSON.stringify(frameWithToken));
			};
			steps.push({ at: opened + frame.at, order: sending, run });
		}
	}
	steps.sort((one, other) => one.at - other.at || one.order - other.order);

	let last = Number.NEGATIVE_INFINITY;
	for (const step of steps) {
		// What came before this came before it here too. The time of a call is that of its answer, and events may come before that.
		const by = step.order === answered ? Math.max(last, step.at - longestCall) : step.at - 1;
		await Promise.all(conversations.map((each) => arrived(each, socketOf(each), by)));
		await step.run();
		last = step.at;
	}
	await Promise.all(conversations.map((each) => arrived(each, socketOf(each))));
	await Promise.all([...sockets.values()].map((socket) => socket.settled(patience.atTheEnd)));
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
	const isAll = by === undefined || (all !== undefined && opened <= by);
	const wanted = isAll ? Math.max(all ?? 0, count) : count;
	const timeout = by === undefined ? patience.atTheEnd : patience.onTheWay;
	await socket.arrived(wanted, timeout);
}

/** The id of a connection is named when somebody comes back to it. */
function meetHello({ frames }: Conversation, socket: OpenSocket | undefined, counterparts: Counterparts): void {
	const helloIn = (list: readonly Frame[]) =>
		list.flatMap((frame) =>
			'in' in frame && frame.in.event === 'hello' ? [String(object(frame.in.data).connection_id)] : [],
		);
	const [recorded] = helloIn(frames);
	const [ours] = helloIn(socket?.received ?? []);
	if (recorded && ours) counterparts.meet(recorded, ours);
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
