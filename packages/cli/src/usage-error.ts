/** Something the person at the command line can mend: printed as one sentence, exit code 2. */
export class UsageError extends Error {
	override readonly name = 'UsageError' as const;
}
