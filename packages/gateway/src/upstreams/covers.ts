// Which user's stream covers which channel: as few streams as possible. Pure.

export interface Demand {
	readonly channelId: string;
	/** Users whose stream may cover it: members who are connected. */
	readonly candidates: readonly string[];
	/** Whose stream covers it now. */
	readonly coveredBy?: string | undefined;
}

/**
 * The user whose stream is to cover a channel: one that is open already, the busiest first, so that the others can be closed; otherwise
 * the candidate who could cover most of the channels that nobody covers. undefined: nobody can.
 */
export function chooseCover(
	channelId: string,
	demands: readonly Demand[],
	open: ReadonlySet<string>,
): string | undefined {
	const demand = demands.find((one) => one.channelId === channelId);
	if (!demand) return undefined;
	const covering = (userId: string) => demands.filter(({ coveredBy }) => coveredBy === userId).length;
	const openCandidates = demand.candidates.filter((userId) => open.has(userId));
	if (openCandidates.length > 0) return best(openCandidates, covering);
	const uncovered = demands.filter(({ coveredBy }) => coveredBy === undefined);
	return best(demand.candidates, (userId) => uncovered.filter(({ candidates }) => candidates.includes(userId)).length);
}

/** Users whose open streams are not needed: each channel that one covers has another open stream that stays. The idlest go first. */
export function redundant(demands: readonly Demand[], open: ReadonlySet<string>): ReadonlySet<string> {
	const covered = (userId: string) => demands.filter(({ coveredBy }) => coveredBy === userId);
	const staying = new Set(open);
	for (const userId of [...open].sort((a, b) => covered(a).length - covered(b).length)) {
		const isReplaceable = covered(userId).every(({ candidates }) =>
			candidates.some((other) => other !== userId && staying.has(other)),
		);
		if (isReplaceable) staying.delete(userId);
	}
	return new Set([...open].filter((userId) => !staying.has(userId)));
}

function best(userIds: readonly string[], score: (userId: string) => number): string | undefined {
	return userIds.reduce<{ userId: string; score: number } | undefined>((found, userId) => {
		const own = score(userId);
		return found && found.score >= own ? found : { userId, score: own };
	}, undefined)?.userId;
}
