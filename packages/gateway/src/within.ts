/**
 * Gives the work so many milliseconds.
 * @throws TimeoutError (of the platform) when they are over, whether the work heeds the signal or not
 */
export async function within<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const controller = new AbortController();
	const { promise, reject } = Promise.withResolvers<never>();
	const timer = setTimeout(() => {
		const error = new DOMException(`Mattermost did not answer within ${milliseconds} ms`, 'TimeoutError');
		controller.abort(error);
		reject(error);
	}, milliseconds);
	try {
		return await Promise.race([work(controller.signal), promise]);
	} finally {
		clearTimeout(timer);
	}
}
