// Deliveries for tests of the outbox's SQL.
import assert from 'node:assert/strict';
import type { Acceptance } from '../accepting/acceptance.ts';
import { deliveryIds } from '../accepting/delivery-id.ts';
import { claim, type Delivery } from '../outbox/claim.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { startSending } from '../outbox/transitions.ts';

export const hour = 3_600_000;

export const newId = deliveryIds();

/** To john, at once. */
export const acceptance = (key: string | number, more: Partial<Acceptance> = {}): Acceptance => ({
	id: newId(),
	key: `${key}`,
	recipient: 'john',
	template: 'TEST',
	variables: '{}',
	window: hour,
	...more,
});

const lease = 30_000;

/** Claims the one whose turn it is. */
export async function take(outbox: Outbox, leaseLength = lease): Promise<Delivery> {
	const [delivery] = await claim(outbox, { count: 1, lease: leaseLength, held: [] });
	assert.ok(delivery, 'there is something to claim');
	return delivery;
}

/** Commits that it is about to be posted, by Mattermost's clock at 1,000. */
export const begin = (outbox: Outbox, delivery: Delivery): Promise<void> =>
	startSending(outbox, delivery, {
		decision: { target: 'dm', channelId: 'c', message: 'm' },
		serverTime: 1_000,
		lease,
	});
