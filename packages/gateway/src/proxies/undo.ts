/**
 * Runs `next` after something was made, and undoes what was made when that fails. An error while undoing is told with the first one.
 * @throws what `next` throws
 */
export async function orUndo<T>(next: () => Promise<T>, undo: () => Promise<unknown>): Promise<T> {
	try {
		return await next();
	} catch (error) {
		try {
			await undo();
		} catch (cause) {
			throw new AggregateError([error, cause], 'a step failed, and what was made before could not be undone');
		}
		throw error;
	}
}
