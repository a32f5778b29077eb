// What zod says of a field.
import type { z } from 'zod';

/** Of one that may not be left out. */
export const orMissing =
	(message: string): z.core.$ZodErrorMap =>
	({ input }) =>
		input === undefined ? 'is missing' : message;

/** Of an object whose unknown fields are told by their names, see `fieldsOf`. */
export const ofObject =
	(message: string): z.core.$ZodErrorMap =>
	({ code }) =>
		code === 'unrecognized_keys' ? undefined : message;

/** The same of a whole body. */
export const ofBody = ofObject('the body must be a JSON object');
