import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { Gate, type Probe } from './gate.ts';

function gated(probe: () => Probe) {
	const told: string[] = [];
	const gate = new Gate({
		probe: async () => probe(),
		opened: () => told.push('opened'),
		closed: (reason) => told.push(reason),
	});
	return { gate, told, [Symbol.asyncDispose]: () => gate.end() };
}

test('three failures with no answer between them close it, until a probe is answered', async () => {
	let there = false;
	await using made = gated(() => (there ? 'ok' : 'unavailable'));
	const { gate, told } = made;
	gate.failed();
	gate.failed();
	gate.answered();
	gate.failed();
	gate.failed();
	assert.equal(gate.wait, 0);
	gate.failed();
	assert.deepEqual([gate.wait, gate.waitingFor], [Number.POSITIVE_INFINITY, 'Mattermost does not answer']);
	gate.failed();
	there = true;
	await until('it opens', () => gate.wait === 0);
	assert.deepEqual(told, ['Mattermost does not answer', 'opened']);
});

test('a token that is refused closes it at once, and it says that it is the token', async () => {
	let answer: Probe = 'unauthorized';
	await using made = gated(() => answer);
	made.gate.unauthorized();
	assert.match(made.gate.waitingFor ?? '', /token/);
	answer = 'unavailable';
	await until('it says what the last probe found', () => made.gate.waitingFor === 'Mattermost does not answer');
	answer = 'ok';
	await until('it opens', () => made.gate.waitingFor === undefined);
});

test('a throttle holds everything for its time, and the longer of two counts', async () => {
	await using made = gated(() => 'ok');
	made.gate.throttled(60_000);
	made.gate.throttled(1_000);
	assert.ok(made.gate.wait > 50_000 && made.gate.wait <= 60_000);
	assert.equal(made.gate.waitingFor, undefined);
});

test('at the start it is closed until Mattermost has answered once', async () => {
	await using there = gated(() => 'ok');
	await there.gate.begin();
	assert.equal(there.gate.wait, 0);
	await using away = gated(() => 'unavailable');
	await away.gate.begin();
	assert.equal(away.gate.wait, Number.POSITIVE_INFINITY);
});
