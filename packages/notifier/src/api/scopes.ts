/**
 * What a key may do:
 * - `send`: send notifications, update those sent, preview and validate templates
 * - `read`: see notifications, people, templates, the status
 * - `manage`: cancel, replay, initialize, and set people's preferences
 * - `webhooks`: make, see and delete webhooks
 *
 * The admin key may do all that, and is the only one that makes and revokes keys.
 */
export const scopes = ['send', 'read', 'manage', 'webhooks'] as const;
export type Scope = (typeof scopes)[number];
