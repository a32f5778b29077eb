import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { Announcer } from './announcer.ts';
import { posted } from './effects.ts';
import { ChannelHistory } from './history.ts';

/** An announcer of a node that may be alone, and the keys that it sent. Its time is moved by hand. */
function start({ mock }: TestContext, node: { alone: boolean }) {
	mock.timers.enable({ apis: ['setTimeout'] });
	const sent: string[] = [];
	const announcer = new Announcer({
		topics: node,
		people: { peek: () => undefined, get: () => Promise.reject(new Error('nobody is to be looked up')) },
		history: new ChannelHistory(),
		places: { of: ({ create_at }) => ({ position: create_at, written: undefined }) },
		logger: pino({ level: 'silent' }),
		send: (key) => void sent.push(key),
	});
	return {
		sent,
		announcer,
		pass: (milliseconds: number) => mock.timers.tick(milliseconds),
		announce: (id: string, create_at: number) =>
			announcer.announce({
				channelId: 'c',
				...posted({ id, create_at, channel_id: 'c', user_id: '' } as Parameters<typeof posted>[0]),
			}),
	};
}

test('a node that shares its channels with others tells posts in the order in which it hears of them', (t) => {
	const { sent, announce } = start(t, { alone: false });
	announce('younger', 2_000);
	announce('older', 1_990);
	assert.deepEqual(sent, ['posted:younger', 'posted:older']);
});

test('a node that is alone tells posts in the order in which they were made', async (t) => {
	const { sent, announce, announcer, pass } = start(t, { alone: true });
	announce('younger', 2_000);
	announce('older', 1_990);
	let isTold = false;
	const told = announcer.told().then(() => {
		isTold = true;
	});
	pass(99);
	await Promise.resolve();
	assert.deepEqual({ sent, isTold }, { sent: [], isTold: false });
	pass(1);
	await told;
	assert.deepEqual(sent, ['posted:older', 'posted:younger']);
});

test('what a node has held back while it was alone it tells before what comes when it shares again', (t) => {
	const node = { alone: true };
	const { sent, announce } = start(t, node);
	announce('first', 1_000);
	node.alone = false;
	announce('second', 1_010);
	assert.deepEqual(sent, ['posted:first', 'posted:second']);
});
