import { defineTemplate } from '../templates/definition.ts';

/** Templates for the notifier's tests. */
export const testTemplates = [
	defineTemplate({
		name: 'request',
		variables: { subject: 'text', state: 'text', link: { type: 'url', optional: true } },
		locales: {
			en: ({ subject, state, link }) => ({
				message: `**${subject}** is ${state}`,
				mention: `${subject}: ${state}`,
				...(link !== undefined && { attachments: [{ title: subject, title_link: link, color: '#0088cc' }] }),
			}),
			de: ({ subject, state }) => ({ message: `**${subject}** ist ${state}` }),
		},
	}),
	defineTemplate({
		name: 'broken',
		variables: {},
		locales: {
			en: () => {
				throw new Error('no paper');
			},
		},
	}),
];
