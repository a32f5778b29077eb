export * from '@matterkit/http';
export { AnswerError } from './answer-error.ts';
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
export { type ConnectOptions, Mattermost } from './mattermost.ts';
export type { MattermostOptions } from './options.ts';
export { type Page, Pages } from './pages.ts';
export type { PathParams } from './path.ts';
export type { CreatePostOptions, ListPosts, NewPost, PostPatch } from './resources/posts.ts';
export type { MessageOptions, Room } from './room.ts';
export type { Route, Routes } from './routes.ts';
export type { UploadOptions, UploadSource } from './upload.ts';
