/** A room of the server as the status page shows it. */
export interface RoomStatus {
	readonly name: string;
	readonly address: string;
	readonly purpose: string;
	/** A page on which a person can try it. */
	readonly page?: string;
	/** It serves, perhaps with something missing. */
	readonly ready: boolean;
	/** Empty: nothing is missing. Else what the room waits for, in words; undefined: switched off, and why stands in `purpose`. */
	readonly waitingFor: readonly string[] | undefined;
}

export interface StatusPage {
	readonly version: string;
	readonly rooms: readonly RoomStatus[];
	readonly emulated: boolean;
}

const style = `
:root { color-scheme: light dark; --ok: #1a7f4b; --wait: #a15c00; --off: #777; --line: light-dark(#e3e3e8, #36363c); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; margin: 0; } h1 small { font-weight: normal; opacity: .6; font-size: .9rem; }
table { width: 100%; border-collapse: collapse; margin: 1.5rem 0; }
th, td { text-align: left; padding: .6rem .75rem .6rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { white-space: nowrap; } td p { margin: 0; opacity: .7; font-size: .9rem; }
code { font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere; }
.state { white-space: nowrap; font-weight: 600; } .ok { color: var(--ok); } .wait { color: var(--wait); } .off { color: var(--off); }
.note { border-left: 3px solid var(--wait); padding: .1rem 1rem; }
`;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** The page at `/`: what runs here and whether it is ready. It needs no script and shows no secret. */
export function statusPage({ version, rooms, emulated }: StatusPage): string {
	const note = emulated
		? '<p class="note">Mattermost is <strong>emulated</strong> here, for trying things out and for tests. Set <code>MATTERMOST_SERVER_URL</code> to use a server of your own.</p>'
		: '';
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>matterkit</title>
<style>${style}</style>
</head>
<body>
<h1>matterkit <small>${escapeHtml(version)}</small></h1>
<table>
<tbody>
${rooms.map(row).join('\n')}
</tbody>
</table>
${note}
<p>For monitoring: <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>, <a href="/metrics">/metrics</a></p>
</body>
</html>
`;
}

function row({ name, address, purpose, page, waitingFor }: RoomStatus): string {
	const link = page ? ` <a href="${escapeHtml(page)}">Try it</a>` : '';
	return `<tr><th scope="row">${escapeHtml(name)}</th><td><code>${escapeHtml(address)}</code><p>${escapeHtml(purpose)}${link}</p></td>${state(waitingFor)}</tr>`;
}

function state(waitingFor: readonly string[] | undefined): string {
	if (!waitingFor) return '<td class="state off">off</td>';
	if (waitingFor.length === 0) return '<td class="state ok">ready</td>';
	return `<td class="wait"><span class="state">waiting</span><p>${escapeHtml(waitingFor.join('; '))}</p></td>`;
}
