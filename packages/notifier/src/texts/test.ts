export function testMention(): string {
	return 'This is a test notification. Notifications reach you here.';
}

export function testMessage(): string {
	return ['#### Test notification', '', 'Notifications reach you here.'].join('\n');
}
