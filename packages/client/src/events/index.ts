export type { EventConnection, ReadOptions } from './connection.ts';
export {
	ActionError,
	ActionTooLargeError,
	ConnectionLostError,
	StreamClosedError,
	TokenRefusedError,
	UpgradeError,
	type UpgradeObstacle,
} from './errors.ts';
export type { Broadcast, EventOf, EventSource, EventType, StreamEvent } from './event.ts';
export type { EventData, PostedData, ResyncData, UserRemovedData } from './event-data.ts';
export { decodeFrame, type FrameDecoder, sharedDecoding } from './frames.ts';
export { type MachineOptions, machineDefaults, type StreamState } from './machine-inputs.ts';
export type { Position } from './position.ts';
export { fileStore, memoryStore, type SessionStore } from './session-store.ts';
export { EventStream, type EventStreamOptions, type EventsOf } from './stream.ts';
