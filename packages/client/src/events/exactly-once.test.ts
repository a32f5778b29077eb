// A program that stores its position with what each event did, killed and cut again and again: it hears all, and nothing twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChannelHandle, createEmulator, type Emulator, type UserHandle } from '@matterkit/emulator';
import fc from 'fast-check';
import { Mattermost } from '../mattermost.ts';
import type { Position } from './position.ts';
import type { EventStream, EventsOf } from './stream.ts';

const types = ['posted', 'post_edited', 'post_deleted', 'user_added'] as const;
type Type = (typeof types)[number];

const channelCount = 3;
const guestCount = 6;
type Step =
	| { readonly do: 'post'; readonly channel: number }
	| { readonly do: 'edit' | 'delete'; readonly post: number }
	| { readonly do: 'add'; readonly channel: number; readonly guest: number }
	| { readonly do: 'hear'; readonly events: number }
	| { readonly do: 'drop' | 'restart' | 'kill' };

const channel = fc.nat(channelCount - 1);
const post = fc.nat();
const guest = fc.nat(guestCount - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ do: fc.constant('post' as const), channel }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'delete' as const), post }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), channel, guest }) },
	{ weight: 6, arbitrary: fc.record({ do: fc.constant('hear' as const), events: fc.nat(6) }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constantFrom('drop' as const, 'restart' as const, 'kill' as const) }) },
);

/** What an event tells, if it is one of those that the test makes. */
function line(event: EventsOf<Type>): string | undefined {
	if (event.type === 'user_added') return `user_added ${event.broadcast.channel_id} ${event.data.user_id}`;
	const { id, type } = event.data.post;
	return type === '' ? `${event.type} ${id}` : undefined;
}

/** The program: takes an event whenever the test lets it, and keeps the position behind it. */
class Listener {
	readonly told: string[] = [];
	readonly #mm: Mattermost;
	readonly #buffer: number;
	#stream: EventStream<Type>;
	#position: Position | undefined;
	#allowed = 0;
	#allow = () => {};
	#heard = () => {};

	constructor(mm: Mattermost, buffer: number) {
		this.#mm = mm;
		this.#buffer = buffer;
		this.#stream = this.#start();
	}

	async ready(): Promise<void> {
		await this.#stream.ready();
		while (!this.#stream.position().channels) await new Promise(setImmediate);
		this.#position = this.#stream.position();
	}

	hear(events: number): void {
		this.#allowed = events;
		this.#allow();
	}

	/** Dead at once: nothing that it does afterwards counts. */
	kill(): void {
		const old = this.#stream;
		this.#stream = this.#start();
		void old.close();
	}

	async live(): Promise<void> {
		const stream = this.#stream;
		const live = Promise.withResolvers<void>();
		const stop = stream.on('state', (state) => state === 'live' && live.resolve());
		if (stream.state !== 'live') await live.promise;
		stop();
	}

	async until(heard: () => boolean): Promise<void> {
		while (!heard()) {
			await new Promise<void>((resolve) => {
				this.#heard = resolve;
			});
		}
	}

	async close(): Promise<void> {
		await this.#stream.close();
	}

	#start(): EventStream<Type> {
		const position = this.#position && (JSON.parse(JSON.stringify(this.#position)) as Position);
		const timing = { waiting: { shortest: 5, longest: 50 } };
		const stream = this.#mm.events({ types, buffer: this.#buffer, timing, ...(position ? { position } : {}) });
		void this.#listen(stream);
		return stream;
	}

	async #listen(stream: EventStream<Type>): Promise<void> {
		for await (const event of stream) {
			while (this.#allowed === 0 && stream === this.#stream) {
				await new Promise<void>((resolve) => {
					this.#allow = resolve;
				});
			}
			if (stream !== this.#stream) return;
			this.#allowed--;
			const told = line(event);
			if (told) this.told.push(told);
			this.#position = stream.position();
			this.#heard();
		}
	}
}

/** What happens on the server, and what has to be told of it. */
class World {
	readonly expected = new Set<string>();
	readonly #emulator: Emulator;
	readonly #channels: readonly ChannelHandle[];
	readonly #guests: readonly UserHandle[];
	readonly #admin: Mattermost;
	readonly #ada: Mattermost;
	readonly ears: Mattermost;
	readonly #posts: string[] = [];

	constructor(emulator: Emulator) {
		this.#emulator = emulator;
		const team = emulator.team('team');
		this.#channels = Array.from({ length: channelCount }, (_, number) => team.channel(`channel-${number}`));
		this.#guests = Array.from({ length: guestCount }, (_, number) => team.user(`guest-${number}`));
		for (const channel of this.#channels) for (const name of ['ada', 'ears']) channel.user(name);
		this.ears = new Mattermost({ url: emulator.url, token: team.user('ears').token, retryBackoffFactor: 0.01 });
		this.#admin = this.ears.as(emulator.admin.token);
		this.#ada = this.ears.as(team.user('ada').token);
	}

	async post(channel: number): Promise<string> {
		const { id } = await this.#channel(channel).post('a post', { by: 'ada' });
		this.#posts.push(id);
		return this.#expect(`posted ${id}`);
	}

	/** The second edit of a post in one break is not told by itself: each is edited once. */
	async edit(post: number): Promise<void> {
		const id = this.#posts[post % this.#posts.length];
		if (id === undefined || this.expected.has(`post_edited ${id}`) || this.expected.has(`post_deleted ${id}`)) return;
		await this.#ada.posts.patch(id, { message: 'edited' }, { repeat: 'safe' });
		this.#expect(`post_edited ${id}`);
	}

	async delete(post: number): Promise<void> {
		const id = this.#posts[post % this.#posts.length];
		if (id === undefined || this.expected.has(`post_deleted ${id}`)) return;
		await this.#ada.posts.delete(id, { repeat: 'safe' });
		this.#expect(`post_deleted ${id}`);
	}

	async add(channel: number, guest: number): Promise<void> {
		const [{ id: channelId }, { id: userId }] = [this.#channel(channel), this.#guests[guest] as UserHandle];
		await this.#admin.channels.addMember(channelId, userId, undefined, { repeat: 'safe' });
		this.#expect(`user_added ${channelId} ${userId}`);
	}

	drop(): void {
		this.#emulator.dropSockets();
	}

	restart(): Promise<void> {
		return this.#emulator.restart();
	}

	#channel(number: number): ChannelHandle {
		return this.#channels[number] as ChannelHandle;
	}

	#expect(line: string): string {
		this.expected.add(line);
		return line;
	}
}

async function run(buffer: number, steps: readonly Step[]): Promise<void> {
	await using emulator = await createEmulator();
	const world = new World(emulator);
	await using _ = world.ears;
	const listener = new Listener(world.ears, buffer);
	await listener.ready();
	for (const step of steps) await take(step, world, listener);
	listener.hear(Number.POSITIVE_INFINITY);
	// The second is posted when all that was missed before the first is told.
	for (let last = 0; last < 2; last++) {
		await listener.live();
		const marker = await world.post(0);
		await listener.until(() => listener.told.includes(marker));
	}
	await listener.close();
	assert.deepEqual(listener.told.toSorted(), [...world.expected].sort());
}

async function take(step: Step, world: World, listener: Listener): Promise<unknown> {
	switch (step.do) {
		case 'post':
			return world.post(step.channel);
		case 'edit':
			return world.edit(step.post);
		case 'delete':
			return world.delete(step.post);
		case 'add':
			return world.add(step.channel, step.guest);
		case 'hear':
			return listener.hear(step.events);
		case 'drop':
			return world.drop();
		case 'restart':
			return world.restart();
		case 'kill':
			return listener.kill();
	}
}

test('who stores the position with what each event did hears all, and nothing twice', {
	timeout: 300_000,
}, async () => {
	const buffer = fc.constantFrom(2, 5, 1_000);
	const steps = fc.array(step, { minLength: 60, maxLength: 100 });
	await fc.assert(fc.asyncProperty(buffer, steps, run), { numRuns: 40, endOnFailure: true });
});
