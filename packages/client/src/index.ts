export * from '@matterkit/http';
export type {
	CommandResponse,
	CreatedToken,
	FileSearch,
	Ping,
	ServerBusy,
	TeamInviteInfo,
	UploadSession,
} from './answers.ts';
export { FilesDroppedError } from './dropped-files.ts';
export * from './events/index.ts';
export { type ConnectOptions, Mattermost, type MattermostOptions } from './mattermost.ts';
export { type Page, Pages } from './pages.ts';
export type { PathParams } from './path.ts';
export type { CreatePostOptions, ListPosts, NewPost, PostPatch } from './resources/posts.ts';
export type { MessageOptions, Room } from './room.ts';
export type { Route, Routes } from './routes.ts';
export type { UploadOptions, UploadSource } from './upload.ts';
