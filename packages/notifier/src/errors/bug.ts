/** A fault of our own, not of the world. */
export const isBug = (error: unknown): boolean =>
	error instanceof TypeError ||
	error instanceof RangeError ||
	error instanceof SyntaxError ||
	error instanceof ReferenceError ||
	(error instanceof Error && error.message.startsWith('bug:'));
