import { Counter, Gauge, type Registry } from 'prom-client';

export interface UpstreamCounts {
	readonly streams: number;
	readonly channels: number;
	readonly listeners: number;
	readonly uncovered: number;
	readonly held: number;
}

/** What the upstreams tell Prometheus. */
export class UpstreamMetrics {
	readonly opened: Counter;
	readonly events: Counter;
	readonly handOvers: Counter;

	constructor(registry: Registry, count: () => UpstreamCounts) {
		const registers = [registry];
		const gauge = (name: string, help: string, value: (counts: UpstreamCounts) => number) =>
			new Gauge({
				name: `matterkit_gateway_${name}`,
				help,
				registers,
				collect() {
					this.set(value(count()));
				},
			});
		gauge('upstreams', 'Event streams open to Mattermost.', ({ streams }) => streams);
		gauge('upstream_channels', 'Channels that somebody on this node listens to.', ({ channels }) => channels);
		gauge('channel_listeners', 'Subscriptions to channels on this node.', ({ listeners }) => listeners);
		gauge(
			'uncovered_channels',
			'Channels of this node to cover for which there is no live event stream: what happens there is told later.',
			({ uncovered }) => uncovered,
		);
		gauge('held_entries', 'Entries that wait until it is known who may still hear them.', ({ held }) => held);
		this.opened = new Counter({
			name: 'matterkit_gateway_upstreams_opened_total',
			help: 'Event streams that were opened to Mattermost.',
			registers,
		});
		this.events = new Counter({
			name: 'matterkit_gateway_upstream_events_total',
			help: 'Events received from Mattermost, by all streams.',
			registers,
		});
		this.handOvers = new Counter({
			name: 'matterkit_gateway_upstream_handovers_total',
			help: 'Channels that another stream took over, or the same one after a gap.',
			registers,
		});
	}
}
