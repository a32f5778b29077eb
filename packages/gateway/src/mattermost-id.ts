/** Whether it has the form of Mattermost's ids: 26 lower-case letters and digits. A name may have it too. */
export function looksLikeId(text: string): boolean {
	return /^[a-z0-9]{26}$/.test(text);
}
