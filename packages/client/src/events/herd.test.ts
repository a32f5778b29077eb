// A server restarts under many clients: how they come back, by the machine alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpgradeError } from './errors.ts';
import { Machine } from './machine.ts';
import { machineDefaults } from './machine-inputs.ts';

const clients = 10_000;

/** When each client's successful try came, in milliseconds after the server was up again. */
function comeBack(downFor: number): number[] {
	return Array.from({ length: clients }, () => {
		const machine = new Machine(machineDefaults, Math.random);
		machine.input({ kind: 'start', behind: false }, 0);
		machine.input({ kind: 'opened' }, 0);
		machine.input({ kind: 'hello', connectionId: 'a' }, 0);
		machine.input({ kind: 'pong' }, 0);
		const refused = new UpgradeError('unreachable', 'ECONNREFUSED');
		let now = 60_000;
		machine.input({ kind: 'ended', error: refused }, now);
		for (;;) {
			now = machine.wakeAt ?? now;
			machine.input({ kind: 'time' }, now);
			if (now >= 60_000 + downFor) return now - 60_000 - downFor;
			machine.input({ kind: 'ended', error: refused }, now);
		}
	});
}

test('10,000 clients of a server that was away do not come back together', () => {
	for (const [downFor, share] of [
		[10_000, 0.25],
		[60_000, 0.15],
	] as const) {
		const times = comeBack(downFor);
		const seconds = new Map<number, number>();
		for (const time of times) {
			const second = Math.floor(time / 1_000);
			seconds.set(second, (seconds.get(second) ?? 0) + 1);
		}
		const busiest = Math.max(...seconds.values());
		assert.ok(busiest <= clients * share, `${busiest} in one second after ${downFor} ms`);
		assert.ok(Math.max(...times) <= 30_000, 'and none waits longer than the longest wait');
	}
});
