import SchemaBuilder from '@pothos/core';
import type { Viewer } from '../access/viewer.ts';
import type { RequestContext } from '../engine/engine.ts';
import { notLoggedIn } from '../refused-error.ts';

export type Context = RequestContext<Viewer>;

/** As in the reference, a field may be null unless it says otherwise. */
export const makeBuilder = () =>
	new SchemaBuilder<{
		Context: Context;
		Scalars: { GenericScalar: { Input: unknown; Output: unknown }; ID: { Input: string; Output: string } };
	}>({});

export type Builder = ReturnType<typeof makeBuilder>;

/** @throws RefusedError when nobody is logged in, in the words of what the token was refused for if there was one. */
export function viewerOf({ viewer, refusal }: Context): Viewer {
	if (viewer) return viewer;
	throw refusal ?? notLoggedIn();
}

/** For fields whose answer depends on nothing but their parent: subscriptions made of these are executed once for many subscribers. */
export const shared = { shared: true };
