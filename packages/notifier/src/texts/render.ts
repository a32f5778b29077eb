// What renders a delivery's text. A template is known by the name that stands in the delivery's row: the seed's own, or `name@version` of
// the program's.
import type { SendRequest } from '../requests/send-request.ts';
import type { Attachment, Rendering } from '../templates/definition.ts';
import { RenderError, renderTemplate, type Templates } from '../templates/registry.ts';
import { deviceMention, deviceMessage } from './device.ts';
import { testTemplate, welcomeTemplate } from './names.ts';
import { testMention, testMessage } from './test.ts';
import { welcomeMessage } from './welcome.ts';

export interface RenderingOptions extends Omit<Rendering, 'locale'> {
	readonly templates: Templates;
	/** What the person reads, where the notification says nothing; undefined: nobody knows. */
	readonly locale: string | undefined;
}

export interface Text {
	readonly message: string;
	readonly attachments?: readonly Attachment[];
}

/** Of a delivery's row. */
export interface Rendered {
	readonly template: string;
	/** JSON. */
	readonly variables: string;
	readonly locale: string | null;
}

interface BuiltIn {
	mention(variables: unknown, options: RenderingOptions): string;
	message(variables: unknown, options: RenderingOptions): string;
}

/** The variables were checked when the delivery was accepted, and are the program's own rows since. */
const device: BuiltIn = {
	mention: (variables) => deviceMention(variables as SendRequest),
	message: (variables, { appBaseUrl }) => deviceMessage(variables as SendRequest, appBaseUrl),
};

const builtIn: Readonly<Record<string, BuiltIn>> = {
	BORROW: device,
	RETURN: device,
	RENEWAL: device,
	[testTemplate]: { mention: testMention, message: testMessage },
	[welcomeTemplate]: { mention: welcomeMessage, message: welcomeMessage },
};

/**
 * `as`: the direct message, or what stands behind `@username ` in the notification channel.
 * @throws RenderError
 */
export function render(delivery: Rendered, as: 'message' | 'mention', options: RenderingOptions): Text {
	const variables = JSON.parse(delivery.variables);
	const own = Object.hasOwn(builtIn, delivery.template) ? builtIn[delivery.template] : undefined;
	if (own) return { message: own[as](variables, options) };
	const template = options.templates.ofRow(delivery.template);
	if (!template) throw new RenderError(`there is no template ${delivery.template}`);
	const locale = delivery.locale ?? options.locale;
	const { message, mention, attachments = [] } = renderTemplate(template, variables, { ...options, locale });
	return {
		message: as === 'mention' ? (mention ?? message) : message,
		...(attachments.length > 0 && { attachments }),
	};
}
