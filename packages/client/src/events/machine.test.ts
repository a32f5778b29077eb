import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConnectionLostError, UpgradeError } from './errors.ts';
import { Machine } from './machine.ts';
import { type Effect, type Input, machineDefaults } from './machine-inputs.ts';

const lost: Input = { kind: 'ended', error: new ConnectionLostError('cut') };
const refused = (obstacle: ConstructorParameters<typeof UpgradeError>[0]): Input => ({
	kind: 'ended',
	error: new UpgradeError(obstacle, 'no'),
});
const start: Input = { kind: 'start', behind: false };
const names = (effects: readonly Effect[]) => effects.map((effect) => effect.do);

/** A machine that went live at time 0 on connection "a". */
function live(random = () => 0.5) {
	const machine = new Machine(machineDefaults, random);
	machine.input(start, 0);
	machine.input({ kind: 'opened' }, 0);
	machine.input({ kind: 'hello', connectionId: 'a' }, 0);
	machine.input({ kind: 'pong' }, 0);
	assert.equal(machine.state, 'live');
	return machine;
}

/** Lets time pass until something is due. */
function pass(machine: Machine): { effects: readonly Effect[]; now: number } {
	const now = machine.wakeAt;
	assert.ok(now !== undefined);
	return { effects: machine.input({ kind: 'time' }, now), now };
}

test('a stream is live when the ping behind hello is answered', () => {
	const machine = new Machine(machineDefaults, () => 0.5);
	assert.deepEqual(machine.input(start, 0), [{ do: 'open', resume: undefined }]);
	assert.deepEqual(names(machine.input({ kind: 'opened' }, 5)), ['ping', 'look']);
	machine.input({ kind: 'hello', connectionId: 'a' }, 6);
	assert.equal(machine.state, 'connecting');
	machine.input({ kind: 'pong' }, 7);
	assert.equal(machine.state, 'live');
});

test('a cut stream comes back to the next event of the same connection', () => {
	const machine = live();
	assert.equal(machine.event(1, 10), 'deliver');
	assert.equal(machine.event(2, 11), 'deliver');
	assert.deepEqual(names(machine.input(lost, 12)), ['drop']);
	assert.equal(machine.state, 'waiting');
	assert.deepEqual(pass(machine).effects, [{ do: 'open', resume: { connectionId: 'a', seq: 3 } }]);
	machine.input({ kind: 'opened' }, 500);
	machine.input({ kind: 'looked', steady: true }, 500);
	assert.ok(machine.replaying);
	assert.equal(machine.event(2, 501), 'ignore');
	assert.equal(machine.event(3, 501), 'deliver');
	machine.input({ kind: 'pong' }, 502);
	assert.equal(machine.state, 'live');
	assert.ok(!machine.replaying);
});

test('who pings more often than the deadline is finds a dead connection all the same', () => {
	const machine = new Machine({ ...machineDefaults, heartbeat: 1_000, deadline: 5_000 }, () => 0.5);
	machine.input(start, 0);
	machine.input({ kind: 'opened' }, 0);
	machine.input({ kind: 'hello', connectionId: 'a' }, 0);
	machine.input({ kind: 'pong' }, 0);
	let now = 0;
	while (machine.state === 'live' && now < 60_000) now = pass(machine).now;
	assert.equal(machine.state, 'waiting');
	assert.ok(now <= 6_000, `found after ${now} ms`);
});

test('when the server begins a new connection instead, what comes is held until what was missed is read', () => {
	const machine = live();
	machine.input(lost, 10);
	const { now } = pass(machine);
	machine.input({ kind: 'opened' }, now);
	machine.input({ kind: 'hello', connectionId: 'b' }, now);
	assert.equal(machine.event(1, now), 'hold');
	assert.deepEqual(names(machine.input({ kind: 'pong' }, now)), ['catch-up']);
	assert.equal(machine.state, 'catching-up');
	assert.equal(machine.event(2, now), 'hold');
	assert.deepEqual(names(machine.input({ kind: 'caught-up' }, now)), ['release']);
	assert.equal(machine.state, 'live');
	assert.equal(machine.event(3, now), 'deliver');
});

test('a missing number is a gap', () => {
	assert.equal(live().event(2, 1), 'gap');
});

test('what is missing on the resumed connection, too, is read on a new one', () => {
	const machine = live();
	machine.input({ kind: 'gap' }, 1);
	assert.deepEqual(pass(machine).effects, [{ do: 'open', resume: { connectionId: 'a', seq: 1 } }]);
	machine.input({ kind: 'opened' }, 500);
	machine.input({ kind: 'gap' }, 501);
	assert.deepEqual(pass(machine).effects, [{ do: 'open', resume: undefined }]);
	assert.ok(machine.behind);
});

test('a half-open connection is found within 30 seconds', () => {
	for (const random of [0, 0.5, 1]) {
		const machine = live(() => random);
		let now = 0;
		while (machine.state === 'live') ({ now } = pass(machine));
		assert.ok(now <= 30_000, `${now} ms`);
		assert.match(machine.error?.message ?? '', /half-open/);
	}
});

test('a late pong does not cut a connection on which events come', () => {
	const machine = live();
	let { effects, now } = pass(machine);
	assert.deepEqual(names(effects), ['ping']);
	machine.event(1, now + 4_000);
	({ effects, now } = pass(machine));
	assert.deepEqual(effects, []);
	machine.input({ kind: 'pong' }, now);
	assert.equal(machine.state, 'live');
});

test('a ping that is answered with "not authenticated" ends the stream if the token is gone, else it reconnects', () => {
	const ended = live();
	assert.deepEqual(names(ended.input({ kind: 'deaf' }, 10)), ['drop', 'probe']);
	assert.deepEqual(names(ended.input({ kind: 'probed', token: 'refused' }, 20)), ['end']);
	assert.equal(ended.state, 'refused');
	assert.equal(ended.error?.name, 'TokenRefusedError');
	for (const token of ['good', 'unknown'] as const) {
		const machine = live();
		machine.input({ kind: 'deaf' }, 10);
		machine.input({ kind: 'probed', token }, 20);
		// Resumed, it would never learn what was kept from it.
		assert.deepEqual(pass(machine).effects, [{ do: 'open', resume: undefined }]);
		assert.ok(machine.behind);
	}
});

/** A machine that was cut and is resuming, with its socket open. */
function resuming() {
	const machine = live();
	machine.input(lost, 10);
	const { now } = pass(machine);
	assert.deepEqual(names(machine.input({ kind: 'opened' }, now)), ['ping', 'look']);
	return { machine, now };
}

test('what a resumed connection brings waits until it is known that nothing was kept from the token', () => {
	const { machine, now } = resuming();
	assert.equal(machine.event(1, now), 'hold');
	assert.deepEqual(names(machine.input({ kind: 'pong' }, now)), []);
	assert.equal(machine.state, 'resuming');
	assert.deepEqual(names(machine.input({ kind: 'looked', steady: true }, now)), ['release']);
	assert.equal(machine.state, 'live');
	assert.equal(machine.event(2, now), 'deliver');
});

test('a token that was without effect for a while is caught up with, though the resume held', () => {
	const { machine, now } = resuming();
	assert.deepEqual(names(machine.input({ kind: 'looked', steady: false }, now)), []);
	assert.equal(machine.event(1, now), 'hold');
	// The event was replayed, and lies before the gap: it is told by the catch-up, in its order.
	assert.deepEqual(names(machine.input({ kind: 'pong' }, now)), ['distrust', 'catch-up']);
	assert.equal(machine.state, 'catching-up');
});

test('when the look comes after the barrier, another one says until when is read', () => {
	const { machine, now } = resuming();
	machine.input({ kind: 'pong' }, now);
	assert.equal(machine.event(1, now), 'hold');
	assert.deepEqual(names(machine.input({ kind: 'looked', steady: false }, now)), ['ping']);
	assert.equal(machine.event(2, now), 'hold');
	assert.deepEqual(names(machine.input({ kind: 'pong' }, now)), ['distrust', 'catch-up']);
});

test('what was thrown away behind the barrier, while the look was not answered, is read up to another pong', () => {
	const { machine, now } = resuming();
	machine.input({ kind: 'pong' }, now);
	assert.equal(machine.event(1, now), 'hold');
	machine.input({ kind: 'missed' }, now);
	assert.deepEqual(names(machine.input({ kind: 'looked', steady: true }, now)), ['ping']);
	assert.deepEqual(names(machine.input({ kind: 'pong' }, now)), ['catch-up']);
});

test('what was thrown away before the barrier is read up to it', () => {
	const { machine, now } = resuming();
	assert.equal(machine.event(1, now), 'hold');
	machine.input({ kind: 'missed' }, now);
	machine.input({ kind: 'pong' }, now);
	assert.deepEqual(names(machine.input({ kind: 'looked', steady: true }, now)), ['catch-up']);
	assert.deepEqual(names(machine.input({ kind: 'caught-up' }, now)), ['release']);
});

test('a look that is not answered in time ends in a catch-up', () => {
	const { machine, now } = resuming();
	machine.input({ kind: 'pong' }, now);
	assert.deepEqual(names(pass(machine).effects), ['ping']);
	assert.equal(machine.state, 'catching-up');
});

test('a token that the server does not know is found by the look, before the server gives up', () => {
	const machine = new Machine(machineDefaults, () => 0.5);
	machine.input(start, 0);
	machine.input({ kind: 'opened' }, 0);
	machine.input({ kind: 'probed', token: 'refused' }, 1);
	assert.equal(machine.state, 'refused');
});

test('what will not change by waiting ends the first connection, but not one that worked before', () => {
	for (const obstacle of ['forbidden', 'not-found', 'not-websocket', 'tls'] as const) {
		const first = new Machine(machineDefaults, () => 0.5);
		first.input(start, 0);
		first.input(refused(obstacle), 1);
		assert.equal(first.state, 'refused', obstacle);
		const later = live();
		later.input(lost, 1);
		const { now } = pass(later);
		later.input(refused(obstacle), now);
		assert.equal(later.state, 'waiting', obstacle);
	}
	for (const obstacle of ['unavailable', 'unreachable', 'timeout'] as const) {
		const machine = new Machine(machineDefaults, () => 0.5);
		machine.input(start, 0);
		machine.input(refused(obstacle), 1);
		assert.equal(machine.state, 'waiting', obstacle);
	}
});

test('waits grow up to 30 seconds, and begin anew after 30 healthy seconds', () => {
	const machine = live(() => 1);
	const waits: number[] = [];
	let now = 0;
	machine.input(lost, now);
	for (let failure = 0; failure < 9; failure++) {
		waits.push((machine.wakeAt ?? 0) - now);
		({ now } = pass(machine));
		machine.input(refused('unreachable'), now);
	}
	assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
	({ now } = pass(machine));
	machine.input({ kind: 'opened' }, now);
	machine.input({ kind: 'looked', steady: true }, now);
	machine.input({ kind: 'pong' }, now);
	machine.input(lost, now + 30_000);
	assert.equal((machine.wakeAt ?? 0) - now - 30_000, 500);
});

test('when the network comes back it does not wait any longer', () => {
	const machine = live(() => 1);
	machine.input(lost, 10);
	assert.deepEqual(names(machine.input({ kind: 'network' }, 11)), ['open']);
});

test('a consumer that is too slow is caught up with, again if it stays too slow', () => {
	const machine = live();
	assert.deepEqual(names(machine.input({ kind: 'missed' }, 1)), ['ping']);
	assert.equal(machine.state, 'catching-up');
	assert.equal(machine.event(1, 2), 'hold');
	assert.deepEqual(names(machine.input({ kind: 'pong' }, 3)), ['catch-up']);
	assert.deepEqual(machine.input({ kind: 'missed' }, 4), []);
	assert.deepEqual(names(machine.input({ kind: 'caught-up' }, 5)), ['ping']);
	assert.deepEqual(names(machine.input({ kind: 'pong' }, 6)), ['catch-up']);
	assert.deepEqual(names(machine.input({ kind: 'caught-up' }, 7)), ['release']);
	assert.equal(machine.state, 'live');
});

// What may happen at any moment, in any order; what ends a stream is rare, or most runs would be short.
const ends = { kind: 'close' } as const;
const inputs: fc.Arbitrary<Input> = fc.oneof(
	{
		weight: 30,
		arbitrary: fc.constantFrom<Input>(
			{ kind: 'opened' },
			{ kind: 'pong' },
			{ kind: 'deaf' },
			{ kind: 'caught-up' },
			{ kind: 'missed' },
			{ kind: 'network' },
			{ kind: 'time' },
			{ kind: 'catch-up-failed', error: new Error('no') },
			{ kind: 'probed', token: 'good' },
			{ kind: 'probed', token: 'unknown' },
			{ kind: 'looked', steady: true },
			{ kind: 'looked', steady: false },
			{ kind: 'gap' },
			lost,
			refused('unavailable'),
			refused('unreachable'),
			refused('unauthorized'),
			{ kind: 'hello', connectionId: 'a' },
			{ kind: 'hello', connectionId: 'b' },
		),
	},
	{
		weight: 1,
		arbitrary: fc.constantFrom<Input>(ends, refused('tls'), { kind: 'probed', token: 'refused' }),
	},
);

/** The world around a machine, which checks what it is asked to do. */
class World {
	readonly machine: Machine;
	now = 0;
	socket = false;
	reading = false;
	ended = 0;

	constructor(random: () => number) {
		this.machine = new Machine(machineDefaults, random);
	}

	input(input: Input): void {
		const before = this.machine.ended;
		for (const effect of this.machine.input(input, this.now)) this.#check(effect);
		if (before) assert.equal(this.ended, 1, 'ends once');
		const { state, wakeAt } = this.machine;
		const connected = state === 'connecting' || state === 'resuming' || state === 'live' || state === 'catching-up';
		assert.equal(this.socket, connected, `a socket in ${state}`);
		assert.equal(wakeAt === undefined, state === 'idle' || this.machine.ended, `a way out of ${state}`);
		assert.equal(this.machine.ended, this.ended === 1);
		if (state === 'live') assert.ok(!this.machine.behind, 'nothing is missing when live');
		if (this.reading) assert.equal(state, 'catching-up', 'reads only while catching up');
	}

	#check(effect: Effect): void {
		if (effect.do === 'open') {
			assert.ok(!this.socket, 'never two sockets');
			this.socket = true;
		}
		if (effect.do === 'drop') this.socket = false;
		if (effect.do === 'ping') assert.ok(this.socket, 'pings only into a socket');
		if (effect.do === 'catch-up') this.reading = true;
		if (effect.do === 'stop-catch-up' || effect.do === 'release') this.reading = false;
		if (effect.do === 'end') this.ended++;
	}
}

class Happens implements fc.Command<object, World> {
	readonly #input: Input;
	readonly #after: number;

	constructor(input: Input, after: number) {
		this.#input = input;
		this.#after = after;
	}

	check(): boolean {
		return true;
	}

	run(_model: object, world: World): void {
		world.now += this.#after;
		world.input(this.#input);
	}

	toString(): string {
		return `${this.#after} ms, then ${JSON.stringify(this.#input)}`;
	}
}

class EventComes implements fc.Command<object, World> {
	readonly #seq: number;

	constructor(seq: number) {
		this.#seq = seq;
	}

	check(): boolean {
		return true;
	}

	run(_model: object, { machine, now }: World): void {
		const next = machine.next?.seq;
		const verdict = machine.event(this.#seq, now);
		if (verdict === 'deliver') assert.ok(!machine.behind && !machine.unsure, 'nothing overtakes what was missed');
		if (verdict === 'deliver' || verdict === 'hold')
			assert.equal(this.#seq, next ?? 0, 'no number twice, none left out');
	}

	toString(): string {
		return `event ${this.#seq}`;
	}
}

const commands = fc.commands(
	[
		fc.tuple(inputs, fc.integer({ min: 0, max: 40_000 })).map(([input, after]) => new Happens(input, after)),
		fc.integer({ min: 0, max: 5 }).map((seq) => new EventComes(seq)),
	],
	{ maxCommands: 60 },
);

test('whatever happens: one socket at most, one end, and a way out of every state', () => {
	fc.assert(
		fc.property(commands, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (steps, random, behind) => {
			const world = new World(() => random);
			world.input({ kind: 'start', behind });
			fc.modelRun(() => ({ model: {}, real: world }), steps);
		}),
		{ numRuns: 500 },
	);
});

test('whatever happened: once the world behaves, the stream is live again', () => {
	fc.assert(
		fc.property(commands, (steps) => {
			const world = new World(() => 0.5);
			world.input({ kind: 'start', behind: false });
			fc.modelRun(() => ({ model: {}, real: world }), steps);
			const { machine } = world;
			for (let step = 0; !machine.ended && machine.state !== 'live'; step++) {
				assert.ok(step < 20, `still ${machine.state}`);
				if (machine.state === 'waiting') world.now = machine.wakeAt ?? world.now;
				world.input({ kind: 'time' });
				world.input({ kind: 'opened' });
				world.input({ kind: 'hello', connectionId: 'z' });
				world.input({ kind: 'pong' });
				world.input({ kind: 'caught-up' });
			}
		}),
		{ numRuns: 300 },
	);
});
