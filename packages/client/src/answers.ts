// Answers of the server for which @mattermost/types has no type, or one that doesn't say what the server sends.
import type { FileInfo } from '@mattermost/types/files';
import type { UserAccessToken } from '@mattermost/types/users';

/** A personal access token as it is answered once, when it is made: the only time the server shows `token`. */
export type CreatedToken = UserAccessToken & { token: string };

/** An upload in parts; `file_offset` bytes have arrived. */
export type UploadSession = {
	id: string;
	type: 'attachment' | 'import';
	create_at: number;
	user_id: string;
	channel_id: string;
	filename: string;
	file_size: number;
	file_offset: number;
};

/** Files found, newest first in `order`. */
export type FileSearch = {
	order: string[];
	file_infos: Record<string, FileInfo>;
	next_file_info_id: string;
	prev_file_info_id: string;
};

/** What anyone with a team's invite id may know of the team. */
export type TeamInviteInfo = { id: string; name: string; display_name: string; description: string };

/** `status` is `OK` or `UNHEALTHY`; the other two are there when they were asked for. */
export type Ping = { status: string; database_status?: string; filestore_status?: string };

/** Is the server shedding load on request of an admin? `expires` in seconds since 1970. */
export type ServerBusy = { busy: boolean; expires: number; expires_ts?: string };

/** What a slash command answers to the one who typed it. */
export type CommandResponse = {
	response_type: string;
	text: string;
	username: string;
	channel_id: string;
	icon_url: string;
	type: string;
	props: Record<string, unknown> | null;
	goto_location: string;
	trigger_id: string;
	skip_slack_parsing: boolean;
	attachments: unknown[] | null;
	extra_responses: CommandResponse[] | null;
};
