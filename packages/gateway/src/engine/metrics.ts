import type { GraphQLError } from 'graphql';
import { Counter, Gauge, type Registry } from 'prom-client';
import { authFailures } from '../auth-failures.ts';
import { Histogram, type Series } from './histogram.ts';

export interface SocketCounts {
	/** By subprotocol. */
	readonly sockets: ReadonlyMap<string, number>;
	readonly subscriptions: number;
}

/** A stream is a WebSocket or SSE. */
export type Transport = 'http' | 'stream';
export type AnswerKind = 'query' | 'mutation';

/** What the engine tells Prometheus. */
export class Metrics {
	readonly #authFailures: Counter<'what'>;
	readonly #answers: Readonly<Record<Transport, Readonly<Record<AnswerKind, Series>>>>;
	readonly #closes: Counter<'code'>;
	readonly #refusals: Counter<'limit'>;
	readonly #deliveries: Counter;
	readonly #fanout: Series;
	readonly #registry: Registry;

	constructor(registry: Registry) {
		this.#registry = registry;
		const registers = [registry];
		this.#authFailures = authFailures(registry);
		const answers = new Histogram(
			{
				name: 'matterkit_gateway_answer_seconds',
				help: 'Time to execute a query or mutation; stream is a WebSocket or SSE.',
				buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
			},
			registry,
		);
		const over = (transport: Transport) => ({
			query: answers.series({ transport, kind: 'query' }),
			mutation: answers.series({ transport, kind: 'mutation' }),
		});
		this.#answers = { http: over('http'), stream: over('stream') };
		this.#closes = new Counter({
			name: 'matterkit_gateway_socket_closes_total',
			help: 'Sockets that ended, by close code.',
			labelNames: ['code'],
			registers,
		});
		this.#refusals = new Counter({
			name: 'matterkit_gateway_limit_refusals_total',
			help: 'Requests refused because of a limit.',
			labelNames: ['limit'],
			registers,
		});
		this.#deliveries = new Counter({
			name: 'matterkit_gateway_deliveries_total',
			help: 'Results of subscriptions handed to sockets and streams.',
			registers,
		});
		this.#fanout = new Histogram(
			{
				name: 'matterkit_gateway_fanout_seconds',
				help: 'Time from an event to the last subscriber of a cohort.',
				buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
			},
			registry,
		).series();
	}

	tokenRefused(): void {
		this.#authFailures.inc({ what: 'token' });
	}

	closed(code: number): void {
		this.#closes.inc({ code });
	}

	/** Counts those errors that say that a limit was passed. */
	refused(errors: readonly GraphQLError[]): void {
		for (const { extensions } of errors)
			if (typeof extensions.limit === 'string') this.#refusals.inc({ limit: extensions.limit });
	}

	answered(transport: Transport, kind: AnswerKind, milliseconds: number): void {
		this.#answers[transport][kind].observe(milliseconds / 1_000);
	}

	delivered(subscribers: number, milliseconds: number): void {
		this.#deliveries.inc(subscribers);
		this.#fanout.observe(milliseconds / 1_000);
	}

	/** Counted when Prometheus asks. */
	observeSockets(count: () => SocketCounts): void {
		const registers = [this.#registry];
		new Gauge({
			name: 'matterkit_gateway_sockets',
			help: 'Open WebSockets by subprotocol.',
			labelNames: ['protocol'],
			registers,
			collect() {
				this.reset();
				for (const [protocol, sockets] of count().sockets) this.set({ protocol }, sockets);
			},
		});
		this.#gauge('subscriptions', 'Open operations on WebSockets.', () => count().subscriptions);
	}

	observe(name: 'cohorts' | 'documents' | 'queued_bytes' | 'streams', help: string, count: () => number): void {
		this.#gauge(name, help, count);
	}

	#gauge(name: string, help: string, count: () => number): void {
		new Gauge({
			name: `matterkit_gateway_${name}`,
			help,
			registers: [this.#registry],
			collect() {
				this.set(count());
			},
		});
	}
}
