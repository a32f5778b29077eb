import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestText } from './digest.ts';

test('one item is told as it would be alone, several one below the other', () => {
	assert.deepEqual(digestText([{ message: 'one' }], 'mention'), { message: 'one' });
	assert.equal(digestText([{ message: 'one' }, { message: 'two' }], 'message').message, 'one\n\ntwo');
	assert.equal(
		`@mary ${digestText([{ message: 'one' }, { message: 'two' }], 'mention').message}`,
		'@mary \n- one\n- two',
	);
	const attachments = [{ title: 'a' }];
	assert.deepEqual(
		digestText([{ message: 'one', attachments }, { message: 'two' }], 'message').attachments,
		attachments,
	);
});

test('however long the items are, the message has room for each of them, and short ones stay whole', () => {
	fc.assert(
		fc.property(
			fc.array(fc.nat({ max: 16_000 }), { minLength: 2, maxLength: 50 }),
			fc.constantFrom('message' as const, 'mention' as const),
			(lengths, as) => {
				const items = lengths.map((length, index) => ({ message: `${index}:`.padEnd(length + 4, '🖨') }));
				const { message } = digestText(items, as);
				assert.ok(Array.from(message).length <= 16_000);
				for (const [index, { message: whole }] of items.entries()) {
					assert.ok(message.includes(`${index}:`));
					if (Array.from(whole).length <= 16_000 / 50 - 4) assert.ok(message.includes(whole));
				}
			},
		),
	);
});
