import { isApiError } from '@matterkit/client';

interface Making<T> {
	/** What bears the name. */
	readonly find: () => Promise<T | null>;
	readonly make: () => Promise<T>;
	/** Asked of what was not there before: others may have made it meanwhile. */
	readonly isOurs: (found: T) => boolean | Promise<boolean>;
	/** What is said of a name that is taken already. Default: what `make` says. */
	readonly taken?: () => Error;
}

/**
 * Makes something that bears a name of its own. When Mattermost's answer is lost, or a proxy says 503 of what Mattermost did and the
 * repeat is told that the name is taken, then what bears the name now is what was asked for, if it is ours.
 * @throws what `make` throws
 */
export async function makeOnce<T>({ find, make, isOurs, taken }: Making<T>): Promise<T> {
	const before = await find();
	if (before !== null && taken) throw taken();
	try {
		return await make();
	} catch (error) {
		if (before !== null || !mayHaveActed(error)) throw error;
		try {
			const found = await find();
			if (found && (await isOurs(found))) return found;
		} catch {
			// Mattermost that does not answer a second time either: the first error says it.
		}
		throw error;
	}
}

/** Only Mattermost's own word at the first try says for certain that nothing was made. */
const mayHaveActed = (error: unknown) => !(isApiError(error) && error.code !== undefined && error.attempts <= 1);
