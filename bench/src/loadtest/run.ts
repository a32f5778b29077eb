// One load test from its first request to its verdict.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayApi, GatewayError } from './gateway-api.ts';
import type { LoadTestOptions } from './options.ts';
import { Subscribers } from './subscribers.ts';
import { type Summary, Tally } from './tally.ts';

export interface LoadTestResult extends Summary {
	readonly subscribers: number;
	readonly sent: number;
	readonly sendFailures: number;
	readonly deliveriesPerSecond: number;
	/** How often each thing went wrong. */
	readonly problems: ReadonlyMap<string, number>;
	readonly histogram: ReturnType<Tally['histogram']>;
	/** Every message reached every subscriber once, and nothing else went wrong. */
	readonly passed: boolean;
}

/** How long subscribers may take until all of them hear, in milliseconds. */
const warmUpTime = 60_000;

/** @throws GatewayError when the test can't begin */
export async function loadTest(options: LoadTestOptions, log: (line: string) => void): Promise<LoadTestResult> {
	const run = randomBytes(4).toString('hex');
	const gateway = new GatewayApi(options.url);
	const problems = new Map<string, number>();
	const failed = (problem: string) => void problems.set(problem, (problems.get(problem) ?? 0) + 1);

	const { tokens, names } = await people(gateway, options, run);
	const [sender] = tokens;
	if (!sender) throw new GatewayError('there is no user to send as');
	const channel = options.channel ?? (await gateway.createChannel(`load-${run}`, names.slice(1), sender));

	const tally = new Tally(options.subscribers);
	const probed = new Set<number>();
	const marker = `mk-load ${run} `;
	const subscribers = new Subscribers({
		url: gateway.socketUrl,
		protocol: options.protocol,
		count: options.subscribers,
		wave: options.wave,
		tokens,
		channel,
		marker,
		failed,
		arrived(rest, subscriber) {
			if (rest.startsWith('probe')) probed.add(subscriber);
			else tally.arrive(Number(rest.slice(0, 8)), subscriber, performance.now());
		},
	});
	try {
		const connected = await subscribers.connect((count) => log(`connected ${count} of ${options.subscribers}`));
		if (connected < options.subscribers) throw new GatewayError(`only ${connected} connected: ${told(problems)}`);
		await warmUp(gateway, { channel, sender, marker, probed, subscribers: options.subscribers, problems });
		log(`all hear; sending ${options.rate} messages a second for ${options.seconds} s`);

		const began = performance.now();
		const { sent, failures } = await sendAtRate(options, async () => {
			const number = tally.send(performance.now());
			const text = `${marker}${String(number).padStart(8, '0')} `.padEnd(options.bytes, 'x');
			try {
				await gateway.send(channel, text, sender);
			} catch (error) {
				tally.withdraw(number);
				failed(`a message was not taken: ${(error as Error).message}`);
				throw error;
			}
		});
		const deadline = performance.now() + options.grace * 1_000;
		while (!tally.complete && performance.now() < deadline) await delay(50);
		// Doubles may come late.
		await delay(250);

		const summary = tally.summary();
		return {
			...summary,
			subscribers: options.subscribers,
			sent,
			sendFailures: failures,
			deliveriesPerSecond: Math.round((summary.delivered / (performance.now() - began)) * 1_000),
			problems,
			histogram: tally.histogram(),
			passed: sent > 0 && summary.lost === 0 && summary.doubled === 0 && problems.size === 0,
		};
	} finally {
		subscribers.close();
	}
}

async function people(gateway: GatewayApi, { token, username, password, users }: LoadTestOptions, run: string) {
	if (token) return { tokens: [token], names: [] };
	if (username) return { tokens: [await gateway.signIn(username, password ?? '')], names: [username] };
	const names = Array.from({ length: users }, (_, index) => `load-${run}-${index}`);
	const tokens: string[] = [];
	for (const name of names) {
		const secret = `${randomBytes(12).toString('base64url')}aA1!`;
		await gateway.signUp(name, secret);
		tokens.push(await gateway.signIn(name, secret));
	}
	return { tokens, names };
}

interface WarmUp {
	readonly channel: string;
	readonly sender: string;
	readonly marker: string;
	readonly probed: ReadonlySet<number>;
	readonly subscribers: number;
	readonly problems: ReadonlyMap<string, number>;
}

/** A protocol has no word for "subscribed": so probes are sent until each subscriber has heard one. */
async function warmUp(gateway: GatewayApi, { channel, sender, marker, probed, subscribers, problems }: WarmUp) {
	const deadline = performance.now() + warmUpTime;
	for (;;) {
		await gateway.send(channel, `${marker}probe`, sender);
		for (let i = 0; i < 20 && probed.size < subscribers; i++) await delay(50);
		if (probed.size >= subscribers) return;
		if (problems.size > 0 || performance.now() > deadline)
			throw new GatewayError(`only ${probed.size} of ${subscribers} subscribers hear: ${told(problems)}`);
	}
}

/** Sends on time, however long each takes: a slow gateway is not helped by being asked less. */
async function sendAtRate({ rate, seconds }: LoadTestOptions, send: () => Promise<void>) {
	const began = performance.now();
	const total = Math.round(rate * seconds);
	const sending: Promise<void>[] = [];
	let failures = 0;
	for (let i = 0; i < total; i++) {
		const wait = began + (i * 1_000) / rate - performance.now();
		if (wait > 0) await delay(wait);
		sending.push(
			send().catch(() => {
				failures++;
			}),
		);
	}
	await Promise.all(sending);
	return { sent: total - failures, failures };
}

export function told(problems: ReadonlyMap<string, number>): string {
	const [first] = [...problems].sort(([, a], [, b]) => b - a);
	return first ? `${first[0]} (${first[1]} times)` : 'nothing was said why';
}
