/** A step failed, and what was made before could not be undone. `errors` begins with why the step failed. */
export class UndoError extends AggregateError {
	override readonly name = 'UndoError' as const;

	constructor(error: unknown, cause: unknown) {
		super([error, cause], 'a step failed, and what was made before could not be undone');
	}

	get first(): unknown {
		return this.errors[0];
	}
}

/**
 * Runs `next` after something was made, and undoes what was made when that fails.
 * @throws what `next` throws; UndoError where undoing failed as well
 */
export async function orUndo<T>(next: () => Promise<T>, undo: () => Promise<unknown>): Promise<T> {
	try {
		return await next();
	} catch (error) {
		try {
			await undo();
		} catch (cause) {
			throw new UndoError(error, cause);
		}
		throw error;
	}
}
