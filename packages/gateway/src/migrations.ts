import type { Migration, Room } from '@matterkit/store';

export const migrations: readonly Migration[] = [
	{
		id: '001-accounts',
		async up(db) {
			await db.schema
				.createTable('gateway_account')
				.addColumn('id', 'text', (column) => column.primaryKey())
				.addColumn('mattermost_user_id', 'text', (column) => column.notNull().unique())
				.addColumn('username', 'text', (column) => column.notNull().unique())
				.addColumn('email', 'text', (column) => column.notNull())
				.addColumn('password_hash', 'text')
				.addColumn('credential', 'text', (column) => column.notNull())
				.addColumn('created_at', 'bigint', (column) => column.notNull())
				.addColumn('deactivated_at', 'bigint')
				.execute();
			await db.schema.createIndex('gateway_account_email').on('gateway_account').column('email').execute();
			await db.schema
				.createTable('gateway_sign_up')
				.addColumn('id', 'text', (column) => column.primaryKey())
				.addColumn('username', 'text', (column) => column.notNull().unique())
				.addColumn('email', 'text', (column) => column.notNull().unique())
				.addColumn('password', 'text', (column) => column.notNull())
				.addColumn('mattermost_user_id', 'text')
				.addColumn('invitation', 'text')
				.addColumn('started_at', 'bigint', (column) => column.notNull())
				.execute();
			await db.schema
				.createTable('gateway_session')
				.addColumn('id', 'text', (column) => column.primaryKey())
				.addColumn('account_id', 'text', (column) =>
					column.notNull().references('gateway_account.id').onDelete('cascade'),
				)
				.addColumn('created_at', 'bigint', (column) => column.notNull())
				.addColumn('expires_at', 'bigint', (column) => column.notNull())
				.addColumn('revoked_at', 'bigint')
				.execute();
			await db.schema.createIndex('gateway_session_account').on('gateway_session').column('account_id').execute();
			await db.schema.createIndex('gateway_session_expires').on('gateway_session').column('expires_at').execute();
			await db.schema
				.createTable('gateway_refresh_token')
				.addColumn('hash', 'text', (column) => column.primaryKey())
				.addColumn('session_id', 'text', (column) =>
					column.notNull().references('gateway_session.id').onDelete('cascade'),
				)
				.addColumn('issued_at', 'bigint', (column) => column.notNull())
				.addColumn('used_at', 'bigint')
				.execute();
			await db.schema
				.createIndex('gateway_refresh_token_session')
				.on('gateway_refresh_token')
				.column('session_id')
				.execute();
			await db.schema
				.createTable('gateway_invitation')
				.addColumn('hash', 'text', (column) => column.primaryKey())
				.addColumn('created_by', 'text', (column) => column.notNull())
				.addColumn('expires_at', 'bigint', (column) => column.notNull())
				.addColumn('uses_left', 'integer', (column) => column.notNull())
				.execute();
		},
	},
	{
		id: '002-told',
		async up(db) {
			await db.schema
				.createTable('gateway_told')
				.addColumn('post_id', 'text', (column) => column.primaryKey())
				.addColumn('channel_id', 'text', (column) => column.notNull())
				.addColumn('created_at', 'bigint', (column) => column.notNull())
				.addColumn('position', 'bigint', (column) => column.notNull())
				.execute();
			await db.schema
				.createIndex('gateway_told_channel')
				.on('gateway_told')
				.columns(['channel_id', 'position'])
				.execute();
		},
	},
];

/** The gateway's tables, for whoever moves or inspects the whole database. */
export const gatewayTables: Room = { room: 'gateway', migrations };
