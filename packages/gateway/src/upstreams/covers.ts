// Which user's stream covers which channel: as few streams as possible. Pure.

export interface Candidates {
	/** Users whose stream may cover the channel: members who are connected. */
	readonly userIds: Iterable<string>;
	readonly isOpen: (userId: string) => boolean;
	/** How many channels the user's stream covers. */
	readonly covering: (userId: string) => number;
	/** How many channels that nobody covers the user's stream could cover. */
	readonly couldCover: (userId: string) => number;
}

/**
 * The user whose stream is to cover a channel: one that is open already, the busiest first, so that the others can be closed; otherwise
 * the one who could cover most of the channels that nobody covers. undefined: nobody can.
 */
export function chooseCover({ userIds, isOpen, covering, couldCover }: Candidates): string | undefined {
	const all = [...userIds];
	const open = all.filter(isOpen);
	return open.length > 0 ? most(open, covering) : most(all, couldCover);
}

export interface Covered {
	/** Whose stream covers it. */
	readonly by: string;
	/** Users with an open stream that may cover it. */
	readonly candidates: readonly string[];
}

/** Users whose open streams are not needed: each channel that one covers has another open stream that stays. The idlest go first. */
export function redundant(channels: readonly Covered[], open: Iterable<string>): ReadonlySet<string> {
	const covered = Map.groupBy(channels, ({ by }) => by);
	const staying = new Set(open);
	const idlestFirst = [...staying].sort((a, b) => (covered.get(a)?.length ?? 0) - (covered.get(b)?.length ?? 0));
	const going = new Set<string>();
	for (const userId of idlestFirst) {
		const isReplaceable = (covered.get(userId) ?? []).every(({ candidates }) =>
			candidates.some((other) => other !== userId && staying.has(other)),
		);
		if (!isReplaceable) continue;
		staying.delete(userId);
		going.add(userId);
	}
	return going;
}

function most(userIds: readonly string[], count: (userId: string) => number): string | undefined {
	let found: { readonly userId: string; readonly count: number } | undefined;
	for (const userId of userIds) {
		const own = count(userId);
		if (!found || own > found.count) found = { userId, count: own };
	}
	return found?.userId;
}
