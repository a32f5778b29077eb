import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { Gate } from './gate.ts';

const away = 'Mattermost does not answer: status 502';

function gated(probe: () => string | undefined) {
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
	made.gate.throttled(60_000);
	made.gate.throttled(1_000);
	assert.ok(made.gate.wait > 50_000 && made.gate.wait <= 60_000);
	assert.equal(made.gate.waitingFor, undefined);
});

test('at the start it is closed until Mattermost has answered once', async () => {
	await using there = gated(() => undefined);
	await there.gate.begin();
	assert.equal(there.gate.wait, 0);
	await using silent = gated(() => away);
	await silent.gate.begin();
	assert.equal(silent.gate.wait, Number.POSITIVE_INFINITY);
});
