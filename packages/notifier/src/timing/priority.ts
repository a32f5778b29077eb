/** From last to first. Of what is due, a higher one goes out before a lower one, also of other people. */
export const priorities = ['low', 'normal', 'high'] as const;
export type Priority = (typeof priorities)[number];

/** As it stands in a row: 0, 1 or 2. */
export const rankOf = (priority: Priority): number => priorities.indexOf(priority);

export function priorityOf(rank: number): Priority {
	const priority = priorities[rank];
	if (priority === undefined) throw new Error(`bug: unknown priority ${rank}`);
	return priority;
}
