import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame } from './frames.ts';
import { Link, type LinkListener } from './link.ts';
import { machineDefaults, type StreamState } from './machine-inputs.ts';
import type { OpenSocket } from './socket.ts';

for (const at of ['connecting', 'waiting'] satisfies StreamState[]) {
	test(`who closes the stream when told that it is ${at} leaves nothing open`, async () => {
		const opened: string[] = [];
		const openSocket: OpenSocket = (target, listener) => {
			opened.push(target.url);
			setImmediate(() => listener.opened());
			return { send: () => {}, drop: () => opened.pop() };
		};
		const ended = Promise.withResolvers<void>();
		const nothing = () => {};
		const listener: LinkListener = {
			event: nothing,
			pong: nothing,
			state: (state) => state === at && link.input({ kind: 'close' }),
			catchUp: nothing,
			stopCatchUp: nothing,
			release: nothing,
			distrust: nothing,
			ended: () => ended.resolve(),
		};
		const now = () => performance.now();
		const options = {
			...machineDefaults,
			connectTimeout: 20,
			decoder: decodeFrame,
			now,
			random: Math.random,
			openSocket,
		};
		const link = new Link({ url: 'here', token: () => 'the-token', read: async () => [] as never }, options, listener);
		link.input({ kind: 'start', behind: false });
		await ended.promise;
		// The token is there in the next turn: a socket would be opened with it.
		await new Promise(setImmediate);
		assert.equal(link.state, 'closed');
		assert.deepEqual(opened, []);
	});
}
