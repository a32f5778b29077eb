import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBody, eventOf } from './event.ts';
import { decodeFrame, sharedDecoding } from './frames.ts';
import { conversation, conversations } from './testing/conversations.ts';

test('every recorded frame is told for what it is', () => {
	for (const { frames } of conversations()) {
		for (const { frame, text } of frames) {
			const decoded = decodeFrame.decode(text);
			assert.ok(decoded);
			if ('reply' in decoded) {
				assert.equal(decoded.reply.seqReply, frame.seq_reply);
				assert.equal(decoded.reply.ok, frame.status === 'OK');
				assert.equal(decoded.reply.error?.id, frame.error?.id);
			} else {
				assert.equal(decoded.body.type, frame.event);
				assert.equal(decoded.seq, frame.seq);
				assert.deepEqual(decoded.body.broadcast, frame.broadcast);
			}
		}
	}
});

test('what is no event and no reply is nothing', () => {
	for (const text of ['', 'x', '[]', 'null', '{}', '{"event":1,"seq":2}', '{"event":"posted"}', '{"seq":']) {
		assert.equal(decodeFrame.decode(text), undefined);
	}
});

test('streams that share their decoding get the same data under their own numbers', () => {
	const decoder = sharedDecoding();
	const posted = conversation('all that one user sees').frames.find(({ frame }) => frame.event === 'posted');
	assert.ok(posted);
	const [first, second] = [3, 4711].map((seq) => decoder.decode(posted.text.replace(/"seq":\d+}$/, `"seq":${seq}}`)));
	assert.ok(first && 'body' in first && second && 'body' in second);
	assert.deepEqual([first.seq, second.seq], [3, 4711]);
	assert.equal(first.body.data.post, second.body.data.post);
	assert.deepEqual(first.body.data.post, JSON.parse(String(posted.frame.data?.post)));
});

test('shared decoding tells apart what differs for one receiver, and forgets', () => {
	const decoder = sharedDecoding(10);
	const frame = (mentions: string, seq: number) =>
		JSON.stringify({ event: 'posted', data: { post: '{"id":"p"}', mentions }, broadcast: {}, seq });
	const mentionsOf = (text: string) => {
		const decoded = decoder.decode(text);
		assert.ok(decoded && 'body' in decoded);
		return decoded.body.data.mentions;
	};
	assert.deepEqual(mentionsOf(frame('["a"]', 1)), ['a']);
	assert.deepEqual(mentionsOf(frame('["b"]', 1)), ['b']);
	for (let number = 0; number < 100; number++) assert.deepEqual(mentionsOf(frame(`["${number}"]`, 1)), [`${number}`]);
	assert.deepEqual(mentionsOf(frame('["a"]', 2)), ['a']);
});

test('shared decoding understands every recorded frame as decoding does', () => {
	const decoder = sharedDecoding();
	for (const { frames } of conversations()) {
		for (const { text } of frames) {
			const [shared, alone] = [decoder.decode(text), decodeFrame.decode(text)];
			assert.ok(shared && alone);
			if ('reply' in alone) assert.deepEqual(shared, alone);
			else {
				assert.ok('body' in shared);
				assert.deepEqual(
					[shared.seq, shared.body.type, shared.body.data],
					[alone.seq, alone.body.type, alone.body.data],
				);
			}
		}
	}
});

test('a post that says ,"seq":1} in its message is told for what it is', () => {
	const post = JSON.stringify({ id: 'p', message: 'x,"seq":1}' });
	const text = JSON.stringify({ event: 'posted', data: { post }, broadcast: {}, seq: 7 });
	const decoded = sharedDecoding().decode(text);
	assert.ok(decoded && 'body' in decoded);
	assert.equal(decoded.seq, 7);
	assert.deepEqual(decoded.body.data.post, { id: 'p', message: 'x,"seq":1}' });
});

test('JSON inside JSON is an object, decoded once; what is no JSON stays as it is', () => {
	const raw = { reaction: '{"emoji_name":"tada"}' };
	const event = eventOf(new EventBody('reaction_added', raw, {} as never), 1, 'live');
	assert.deepEqual(event.data, { reaction: { emoji_name: 'tada' } });
	assert.equal(event.data, event.data);
	assert.deepEqual(new EventBody('draft_created', { draft: 'not json' }, {} as never).data, { draft: 'not json' });
	assert.deepEqual(new EventBody('custom_x', { post: '{"a":1}' }, {} as never).data, { post: '{"a":1}' });
});

test('an event shows all it has in logs and as JSON', () => {
	const event = eventOf(new EventBody('typing', { user_id: 'u', parent_id: '' }, {} as never), 5, 'live');
	const whole = { type: 'typing', data: { user_id: 'u', parent_id: '' }, broadcast: {}, seq: 5, source: 'live' };
	assert.deepEqual(JSON.parse(JSON.stringify(event)), whole);
});

test('every recorded event with JSON inside has no JSON string left', () => {
	for (const { frames } of conversations()) {
		for (const { text } of frames) {
			const decoded = decodeFrame.decode(text);
			if (!decoded || 'reply' in decoded) continue;
			for (const [key, value] of Object.entries(decoded.body.data)) {
				assert.ok(!(typeof value === 'string' && /^[[{]/.test(value)), `${decoded.body.type}.${key}`);
			}
		}
	}
});
