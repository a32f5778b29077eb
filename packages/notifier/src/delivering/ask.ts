// A call to Mattermost for a delivery, and what the gate learns from how it went.
import { type Failure, failureOf, isOfACall } from '../mattermost/outcome.ts';
import type { DeliverContext } from './deliver-context.ts';

type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Errors that are not Mattermost's (the database's) reject. */
export async function ask<T>(
	{ gate, slots }: Pick<DeliverContext, 'gate' | 'slots'>,
	call: () => Promise<T>,
): Promise<Asked<T>> {
	try {
		const value = await slots.use(call);
		gate.answered();
		return { ok: true, value };
	} catch (error) {
		if (!isOfACall(error)) throw error;
		const failure = failureOf(error);
		switch (failure.kind) {
			case 'refused':
			case 'in-flight':
				gate.answered();
				break;
			case 'throttled':
				gate.throttled(failure.wait);
				break;
			case 'unauthorized':
				gate.unauthorized();
				break;
			case 'unclear':
				gate.failed(failure.reason);
				break;
			default:
				throw new Error(`bug: unknown failure ${failure satisfies never}`);
		}
		return { ok: false, failure };
	}
}
