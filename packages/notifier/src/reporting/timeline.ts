// What happened to a delivery, in order. Pure.
import type { Delivery } from '../outbox/claim.ts';
import { type Finished, isFinished } from '../outbox/states.ts';
import type { EventTable } from '../outbox/tables.ts';
import { iso } from '../timing/written.ts';

export interface TimelineEntry {
	/** ISO 8601, UTC. */
	readonly at: string;
	/**
	 * - `accepted`: stored
	 * - `due`: its scheduled time came, or comes
	 * - `sending`: the first attempt to post began
	 * - `retry`: a try had no success, see the detail
	 * - `found`: the answer to an attempt was lost, and the post was found to be there
	 * - `replayed`: a dead one was brought back
	 * - how it ended, or ended before it was replayed
	 */
	readonly what: 'accepted' | 'due' | 'sending' | EventTable['kind'] | Finished;
	readonly detail?: string;
}

/** Milliseconds: a turn in the line may move a delivery by moments; what somebody scheduled is later than that. */
const appointment = 1_000;

type Row = Pick<Delivery, 'state' | 'accepted_at' | 'due_at' | 'sending_at' | 'finished_at' | 'reason' | 'post_id'>;
type Event = Pick<EventTable, 'at' | 'kind' | 'detail'>;

/** `events`: those of events.ts, in order. */
export function timelineOf(row: Row, events: readonly Event[]): TimelineEntry[] {
	const entries: (Omit<TimelineEntry, 'at'> & { at: number })[] = [{ at: row.accepted_at, what: 'accepted' }];
	const wasReplayed = events.some(({ kind }) => kind === 'replayed');
	// A replay gives it a new place in the line, which is no appointment.
	if (row.due_at - row.accepted_at > appointment && !wasReplayed) entries.push({ at: row.due_at, what: 'due' });
	if (row.sending_at !== null) entries.push({ at: row.sending_at, what: 'sending' });
	for (const { at, kind, detail } of events) entries.push({ at, what: kind, ...(detail !== null && { detail }) });
	if (row.finished_at !== null && isFinished(row.state)) {
		const detail = row.reason ?? row.post_id;
		entries.push({ at: row.finished_at, what: row.state, ...(detail !== null && { detail }) });
	}
	// Stable: of the same millisecond what stands first came first.
	return entries.sort((a, b) => a.at - b.at).map(({ at, ...entry }) => ({ at: iso(at), ...entry }));
}
