// Whose request a call to Mattermost belongs to: the call carries the request's id, so that the logs of both, and of a proxy between them, can be matched.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Middleware } from '@matterkit/client';

interface Asked {
	readonly requestId: string;
	isAnswered: boolean;
}

const asking = new AsyncLocalStorage<Asked>();

/**
 * Calls that `work` makes until it settles carry the id. What it leaves behind (an event stream that goes on, and catches up on its own)
 * does not: that serves everybody.
 */
export async function askedBy<T>(requestId: string, work: () => PromiseLike<T> | T): Promise<T> {
	const asked: Asked = { requestId, isAnswered: false };
	try {
		return await asking.run(asked, work);
	} finally {
		asked.isAnswered = true;
	}
}

/** Mattermost makes an id of its own for its answer (it is in errors); ours is for what stands before it, and its access log. */
export const passRequestId: Middleware = (request, next) => {
	const asked = asking.getStore();
	if (!asked || asked.isAnswered) return next(request);
	const headers = { ...request.options.headers, 'x-request-id': asked.requestId };
	return next({ ...request, options: { ...request.options, headers } });
};
