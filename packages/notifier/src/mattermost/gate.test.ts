import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { until } from '@matterkit/testing';
import { Gate } from './gate.ts';

const away = 'Mattermost does not answer: status 502';

function gated(probe: () => string | undefined | Promise<string | undefined>) {
	const told: string[] = [];
	const gate = new Gate({
		probe: async () => await probe(),
		opened: () => told.push('opened'),
		closed: (reason) => told.push(reason),
	});
	return { gate, told, [Symbol.asyncDispose]: () => gate.end() };
}

test('three failures with no answer between them close it, until a probe is answered', async () => {
	let there = false;
	await using made = gated(() => (there ? undefined : away));
	const { gate, told } = made;
	gate.failed('status 502');
	gate.failed('status 502');
	gate.answered();
	gate.failed('status 502');
	gate.failed('status 502');
	assert.equal(gate.wait, 0);
	gate.failed('status 502');
	assert.deepEqual([gate.wait, gate.waitingFor], [Number.POSITIVE_INFINITY, away]);
	gate.failed('status 502');
	there = true;
	await until('it opens', () => gate.wait === 0);
	assert.deepEqual(told, [away, 'opened']);
});

test('one failure and a probe without an answer close it: who waits alone need not fail three times', async () => {
	const { promise: answer, resolve } = Promise.withResolvers<string>();
	let probes = 0;
	await using made = gated(() => (++probes === 1 ? answer : undefined));
	made.gate.failed('a timeout');
	made.gate.failed('a timeout');
	assert.deepEqual([probes, made.gate.wait, made.gate.waitingFor], [1, 0, undefined], 'open while it is asked');
	resolve(away);
	await until('it closes', () => made.gate.waitingFor === away);
	await until('it opens', () => made.gate.wait === 0);
	assert.deepEqual(made.told, [away, 'opened']);
});

test('a failure while Mattermost is there changes nothing, and is forgotten', async () => {
	let probes = 0;
	await using made = gated(() => {
		probes++;
		return undefined;
	});
	const { gate, told } = made;
	gate.failed('status 500');
	gate.failed('status 500');
	// The probe is answered in this turn of the event loop.
	await setImmediate();
	gate.failed('status 500');
	assert.deepEqual([probes, gate.wait, told], [1, 0, []]);
});

test('failures among answers cost no probe', async () => {
	let probes = 0;
	await using made = gated(() => {
		probes++;
		return undefined;
	});
	for (let call = 0; call < 100; call++) {
		made.gate.answered();
		made.gate.failed('the connection was lost');
	}
	assert.equal(probes, 0);
});

test('a token that is refused closes it at once, and it says that it is the token', async () => {
	let answer: string | undefined = 'the token';
	await using made = gated(() => answer);
	made.gate.unauthorized();
	assert.match(made.gate.waitingFor ?? '', /token/);
	answer = away;
	await until('it says what the last probe found', () => made.gate.waitingFor === away);
	answer = undefined;
	await until('it opens', () => made.gate.waitingFor === undefined);
});

test('a throttle holds everything for its time, and the longer of two counts', async () => {
	await using made = gated(() => undefined);
	made.gate.throttled(1_000);
	assert.equal(made.gate.waitingFor, undefined, 'a moment is not worth saying');
	made.gate.throttled(60_000);
	made.gate.throttled(1_000);
	assert.ok(made.gate.wait > 50_000 && made.gate.wait <= 60_000);
	assert.match(made.gate.waitingFor ?? '', /^Mattermost wants to be left alone \(429\) for [56]\d s more$/);
});

test('at the start it is closed until Mattermost has answered once', async () => {
	await using there = gated(() => undefined);
	await there.gate.begin();
	assert.equal(there.gate.wait, 0);
	await using silent = gated(() => away);
	await silent.gate.begin();
	assert.equal(silent.gate.wait, Number.POSITIVE_INFINITY);
});
