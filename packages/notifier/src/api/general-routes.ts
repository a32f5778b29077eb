// The endpoints for any template: sending, listing, previewing, validating.
import type { FastifyInstance } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import type { Notifier } from '../notifier.ts';
import { itemsOf } from '../outbox/digest.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type GeneralRequestInput, parsePreviewRequest } from '../requests/general-request.ts';
import { isOptional, TemplateError, typeOf } from '../templates/definition.ts';
import { parseTemplate } from '../templates/files.ts';
import { RenderError, renderTemplate, type Templates } from '../templates/registry.ts';
import { iso } from '../timing/written.ts';
import { answerSent, sendOptions } from './send-options.ts';

export interface GeneralRoutesOptions {
	readonly notifier: Notifier;
	readonly outbox: Outbox;
	readonly templates: () => Templates;
	/** What previews are rendered with. */
	readonly appBaseUrl: string;
	readonly timeZone: string;
}

export function generalRoutes(scope: FastifyInstance, options: GeneralRoutesOptions): void {
	const { notifier, outbox, templates } = options;
	scope.post<{ Body: GeneralRequestInput }>('/', { bodyLimit: 65_536 }, async (request, reply) =>
		answerSent(reply, await notifier.notify(request.body, sendOptions(request, reply))),
	);
	scope.get('/digests/:id', async (request) => {
		const { id } = request.params as { id: string };
		const items = await itemsOf(outbox, id);
		if (items.length === 0) throw new RequestError(404, `there is no digest ${id}`);
		return {
			success: true,
			id,
			items: items.map(({ key, template, variables, accepted_at }) => ({
				key,
				template,
				variables: JSON.parse(variables),
				acceptedAt: iso(accepted_at),
			})),
		};
	});
	scope.get('/templates', () => ({
		templates: templates()
			.all()
			.map(({ name, version, description, variables, locales }) => ({
				name,
				version,
				description,
				variables: Object.fromEntries(
					Object.entries(variables).map(([variable, spec]) => [
						variable,
						{
							type: typeOf(spec),
							optional: isOptional(spec),
							description: typeof spec === 'string' ? undefined : spec.description,
						},
					]),
				),
				locales: [...locales.keys()],
			})),
	}));
	scope.post('/templates/preview', { bodyLimit: 65_536 }, (request) => {
		const { template, variables, locale, timeZone = options.timeZone } = parsePreviewRequest(request.body, templates());
		const { name, version } = template;
		try {
			const content = renderTemplate(template, variables, { locale, timeZone, appBaseUrl: options.appBaseUrl });
			return { success: true, template: name, version, ...content, mention: content.mention ?? content.message };
		} catch (error) {
			if (error instanceof RenderError) throw new RequestError(422, error.message);
			throw error;
		}
	});
	scope.post('/templates/validate', { bodyLimit: 262_144 }, (request) => {
		try {
			if (isDefinition(request.body)) parseTemplate(request.body.definition, 'definition');
			else parsePreviewRequest(request.body, templates());
			return { success: true, valid: true, fields: {} };
		} catch (error) {
			if (error instanceof TemplateError || (error instanceof RequestError && error.fields))
				return { success: true, valid: false, fields: error.fields };
			throw error;
		}
	});
}

/** A template that is to be a file, rather than variables for one that is there. */
const isDefinition = (body: unknown): body is { definition: unknown } =>
	typeof body === 'object' && body !== null && 'definition' in body;
