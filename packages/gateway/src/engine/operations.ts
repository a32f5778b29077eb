// Runs operations for all transports: a query or mutation gives one payload, a subscription joins a cohort.
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { CohortOptions, Plan } from './cohort.ts';
import { Cohorts } from './cohorts.ts';
import { type Caller, OperationContext, sharedContext } from './context.ts';
import type { Variables } from './cost.ts';
import type { Documents, Operation } from './documents.ts';
import { type EngineOptions, type JsonObject, type RequestContext, Subscribable, type Viewer } from './engine.ts';
import { RequestError, toClient } from './errors.ts';
import type { Metrics, Transport } from './metrics.ts';
import { Payload } from './payload.ts';
import type { GraphQLRequest } from './request.ts';
import type { Sink } from './subscriber.ts';

export interface OperationsOptions<V extends Viewer>
	extends Pick<EngineOptions<V>, 'topics' | 'context' | 'logger'>,
		Pick<CohortOptions<V>, 'heldEvents'> {
	readonly documents: Documents;
	/** Told of each event that reached a cohort, and of each answer. */
	readonly metrics: Metrics;
}

/** An operation that can be stopped. */
export interface Running {
	/** A mutation can't be undone half way: it finishes, unheard. */
	readonly kind: Operation['kind'];
	/** Of a subscription that is beginning: settles when it hears, or has been refused. */
	readonly begun?: Promise<void> | undefined;
	stop(): void;
}

export interface Answer {
	readonly payload: Payload;
	/** Nothing was executed: the variables don't fit. */
	readonly refused: boolean;
}

export class Operations<V extends Viewer> {
	readonly cohorts: Cohorts<V>;
	readonly documents: Documents;
	readonly #options: OperationsOptions<V>;

	constructor(options: OperationsOptions<V>) {
		this.#options = options;
		this.documents = options.documents;
		const { topics, heldEvents, metrics } = options;
		this.cohorts = new Cohorts((topic, listener) => topics.subscribe(topic, listener), {
			heldEvents,
			execute: (plan, event) => this.#executeEvent(plan, event),
			explain: (error, requestId) => this.#explain(error, requestId),
			delivered: (subscribers, elapsed) => metrics.delivered(subscribers, elapsed),
		});
	}

	/**
	 * Starts any operation; what comes of it goes to the sink, later than the return of this.
	 * A mutation waits for `earlier`, the client's subscriptions that are beginning: who subscribes and then sends hears what was sent.
	 * @throws RequestError when the document or its variables are refused
	 */
	start(request: GraphQLRequest, caller: Caller<V>, sink: Sink, earlier?: Promise<unknown>): Running {
		const operation = this.documents.find(request);
		operation.check(request.variables);
		return operation.kind === 'subscription'
			? this.#subscribe(operation, request, caller, sink)
			: this.#answerTo(operation, request, caller, sink, operation.kind === 'mutation' ? earlier : undefined);
	}

	/** Executes a query or mutation: at once where its resolvers answer at once. */
	answer(
		{ kind, execute }: Operation,
		{ variables }: GraphQLRequest,
		context: OperationContext<V>,
		transport: Transport,
	): Answer | Promise<Answer> {
		const began = performance.now();
		const answered = (result: ExecutionResult): Answer => {
			const { metrics } = this.#options;
			metrics.answered(transport, kind === 'mutation' ? kind : 'query', performance.now() - began);
			return { payload: this.#payload(result, context.requestId), refused: result.data === undefined };
		};
		const result = execute(variables, this.#whole(context));
		return result instanceof Promise ? result.then(answered) : answered(result);
	}

	#answerTo(
		operation: Operation,
		request: GraphQLRequest,
		caller: Caller<V>,
		sink: Sink,
		earlier: Promise<unknown> | undefined,
	): Running {
		const context = new OperationContext(caller);
		let stopped = false;
		const answer = async () => this.answer(operation, request, context, 'stream');
		(earlier ? earlier.then(answer) : answer()).then(
			({ payload }) => {
				if (stopped) return;
				sink.next(payload);
				sink.complete();
			},
			(error: unknown) => {
				if (!stopped) sink.refuse([this.#explain(error, caller.requestId)]);
			},
		);
		return {
			kind: operation.kind,
			stop() {
				stopped = true;
				context.stop();
			},
		};
	}

	#subscribe(operation: Operation, { variables }: GraphQLRequest, caller: Caller<V>, sink: Sink): Running {
		const context = new OperationContext(caller);
		const subscription = new RunningSubscription(context);
		subscription.begun = this.#begin(operation, variables, context, caller, sink, subscription)
			.catch((error: unknown) => {
				if (!subscription.stopped) sink.refuse([this.#explain(error, caller.requestId)]);
			})
			.finally(() => {
				subscription.begun = undefined;
			});
		return subscription;
	}

	async #begin(
		operation: Operation,
		variables: Variables,
		context: OperationContext<V>,
		caller: Caller<V>,
		sink: Sink,
		subscription: RunningSubscription,
	): Promise<void> {
		const source = await operation.subscribe(variables, this.#whole(context));
		if (source instanceof Subscribable) {
			if (subscription.stopped) return source.ended?.();
			if (!operation.shape) throw new TypeError('the operation is no subscription');
			const { shape } = operation;
			subscription.stops = this.cohorts.join({ subscribable: source, shape, variables, caller, sink });
		} else if ('errors' in source) {
			const errors = source.errors ?? [];
			if (!subscription.stopped)
				sink.refuse(errors.map((error) => toClient(error, caller.requestId, this.#options.logger)));
		} else throw new TypeError('a subscribe resolver must give a Subscribable');
	}

	#executeEvent(plan: Plan<V>, event: JsonObject): Payload | Promise<Payload> {
		const context = plan.caller
			? new OperationContext(plan.caller, plan.viewerClass)
			: sharedContext<V>(plan.viewerClass);
		const result = plan.shape.execute(plan.variables, this.#whole(context), event);
		return result instanceof Promise
			? result.then((done) => this.#payload(done, context.requestId))
			: this.#payload(result, context.requestId);
	}

	/** The context with what the other half adds; assigned, so that `signal` stays lazy. */
	#whole(context: RequestContext<V>): object {
		return Object.assign(context, this.#options.context?.(context));
	}

	#payload(result: ExecutionResult, requestId: string): Payload {
		const errors = result.errors?.map((error) => toClient(error, requestId, this.#options.logger));
		return new Payload(JSON.stringify(errors ? { ...result, errors } : result));
	}

	#explain(error: unknown, requestId: string): GraphQLFormattedError {
		if (error instanceof RequestError && error.errors[0]) return error.errors[0].toJSON();
		const thrown = error instanceof Error ? error : new Error(String(error));
		const wrapped =
			thrown instanceof GraphQLError ? thrown : new GraphQLError(thrown.message, { originalError: thrown });
		return toClient(wrapped, requestId, this.#options.logger);
	}
}

/** A subscription from its start on. Nothing but the subscriber is left of it once it has begun: thousands of them wait for messages. */
class RunningSubscription implements Running {
	begun: Promise<void> | undefined;
	stopped = false;
	/** What is stopped with it: the context of its resolver until it has begun, its subscriber from then on. */
	stops: { stop(): void };

	constructor(context: { stop(): void }) {
		this.stops = context;
	}

	get kind() {
		return 'subscription' as const;
	}

	stop(): void {
		this.stopped = true;
		this.stops.stop();
	}
}
