// What renders a delivery's text. A template is known by the name that stands in the delivery's row.
import type { SendRequest } from '../api/send-request.ts';
import { deviceMention, deviceMessage } from './device.ts';
import { testMention, testMessage } from './test.ts';
import { welcomeMessage } from './welcome.ts';

export interface Rendering {
	/** Where links to the application lead. */
	readonly appBaseUrl: string;
}

interface Template {
	/** What stands behind `@username ` in the notification channel. */
	mention(variables: unknown, rendering: Rendering): string;
	/** The direct message. */
	message(variables: unknown, rendering: Rendering): string;
}

/** The variables were checked when the delivery was accepted, and are the program's own rows since. */
const device: Template = {
	mention: (variables) => deviceMention(variables as SendRequest),
	message: (variables, { appBaseUrl }) => deviceMessage(variables as SendRequest, appBaseUrl),
};

export const welcomeTemplate = 'WELCOME';
export const testTemplate = 'TEST';

const templates: Readonly<Record<string, Template>> = {
	BORROW: device,
	RETURN: device,
	RENEWAL: device,
	[testTemplate]: { mention: testMention, message: testMessage },
	[welcomeTemplate]: { mention: welcomeMessage, message: welcomeMessage },
};

export function templateOf(name: string): Template {
	const template = templates[name];
	if (!template) throw new Error(`there is no template ${name}`);
	return template;
}
