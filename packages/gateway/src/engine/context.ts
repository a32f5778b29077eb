import type { RequestContext, Viewer } from './engine.ts';

/** On whose behalf something is executed. A socket is one for its whole life; its viewer changes when a fresh token comes. */
export interface Caller<V extends Viewer> {
	readonly viewer: V | null;
	readonly refusal: Error | null;
	readonly requestId: string;
	readonly address: string;
}

/** The context of one operation. Its AbortController is made when somebody asks for the signal: most resolvers don't. */
export class OperationContext<V extends Viewer> implements RequestContext<V> {
	readonly viewer: V | null;
	readonly refusal: Error | null;
	readonly viewerClass: string;
	readonly requestId: string;
	readonly address: string;
	/** Called when somebody asks for the signal first: to listen for what aborts it. */
	onSignal: (() => void) | undefined;
	#controller: AbortController | undefined;
	#aborted = false;

	constructor({ viewer, refusal, requestId, address }: Caller<V>, viewerClass = '') {
		this.viewerClass = viewerClass;
		this.viewer = viewer;
		this.refusal = refusal;
		this.requestId = requestId;
		this.address = address;
	}

	get signal(): AbortSignal {
		if (!this.#controller) {
			this.#controller = new AbortController();
			this.onSignal?.();
			if (this.#aborted) this.#controller.abort();
		}
		return this.#controller.signal;
	}

	/** Aborts the signal. */
	stop(): void {
		this.#aborted = true;
		this.#controller?.abort();
	}
}

/** The context in which a cohort's shared fields are executed: there is a viewer, and whoever looks at it is found out. */
export function sharedContext<V extends Viewer>(viewerClass: string): RequestContext<V> {
	return { viewer: nobody as V, refusal: null, viewerClass, requestId: '', address: '', signal: never };
}

const never = new AbortController().signal;

// A cast, because it stands for any viewer: nothing of it can be read.
const nobody: unknown = new Proxy(
	{},
	{
		get(_target, property) {
			throw new Error(
				`a shared field read viewer.${String(property)}: its answer goes to many viewers, so it may depend on viewerClass alone`,
			);
		},
	},
);
