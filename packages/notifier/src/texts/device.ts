// The texts of seed 004: a short mention in the notification channel, a detailed direct message.
import type { Action, SendRequest } from '../requests/send-request.ts';
import { plain } from '../templates/escape.ts';

interface Wording {
	/** The whole mention, and the heading of the direct message. */
	readonly sentence: string;
	readonly status: string;
	/** Path of the details page. */
	readonly page: string;
}

const wording: Record<Action, Wording> = {
	BORROW: { sentence: 'Your device borrowing request has been approved', status: 'Borrowed', page: 'borrow' },
	RETURN: { sentence: 'Your device return has been confirmed', status: 'Returned', page: 'returns' },
	RENEWAL: { sentence: 'Your device borrowing renewal has been approved', status: 'Renewed', page: 'renewals' },
};

export function deviceMention(request: SendRequest): string {
	return wording[request.action].sentence;
}

export function deviceMessage(request: SendRequest, appBaseUrl: string): string {
	const { sentence, status } = wording[request.action];
	const { device } = request;
	const rows: [string, string | undefined][] = [
		['Device', device.name],
		['Asset tag', device.assetTag],
		['Category', device.category],
		['Brand', device.brand],
		['Model', device.model],
		...dates(request),
		['Status', status],
	];
	const lines = rows.flatMap(([label, value]) => (value === undefined ? [] : [`**${label}**: ${plain(value)}`]));
	return [`#### ${sentence}`, '', ...lines, '', `[View details](${detailsUrl(request, appBaseUrl)})`].join('\n');
}

export function detailsUrl({ action, requestId }: SendRequest, appBaseUrl: string): string {
	return `${appBaseUrl.replace(/\/+$/, '')}/${wording[action].page}/${encodeURIComponent(requestId)}`;
}

function dates(request: SendRequest): [string, string][] {
	switch (request.action) {
		case 'BORROW':
			return [['Borrow period', `${request.startDate} – ${request.endDate}`]];
		case 'RETURN':
			return [['Return date', request.returnDate]];
		case 'RENEWAL':
			return [
				['Previous end date', request.previousEndDate],
				['New end date', request.newEndDate],
			];
		default:
			throw new Error(`bug: unknown action ${request satisfies never}`);
	}
}
