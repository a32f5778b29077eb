import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Job } from '../world/administration.ts';

/** Types of jobs that can be asked for. */
const types = new Set([
	'data_retention',
	'message_export',
	'elasticsearch_post_indexing',
	'ldap_sync',
	'migrations',
	'plugins',
	'export_process',
	'export_delete',
	'import_process',
	'import_delete',
	'export_users_to_csv',
	'extract_content',
	'access_control_sync',
]);

const ended = new Set(['success', 'error', 'canceled', 'cancel_requested']);

export const jobRoutes: readonly Route[] = [
	route('POST /api/v4/jobs', (call) => {
		const fields = call.fields('job');
		demand.system(call, 'manage_jobs');
		const type = fields.string('type');
		if (!types.has(type)) throw new AppError(400, 'model.job.is_valid.type.app_error', 'Invalid job type.');
		const job: Job = {
			id: newId(),
			type,
			priority: 0,
			create_at: call.now,
			start_at: 0,
			last_activity_at: 0,
			status: 'pending',
			progress: 0,
			data: fields.texts('data'),
		};
		return created(call.world.administration.jobs.insert(job));
	}),

	route('GET /api/v4/jobs', (call) => {
		demand.system(call, 'read_jobs');
		const status = call.asked('status');
		return listed(call, call.asked('job_type'), (job) => status === '' || job.status === status);
	}),

	route('GET /api/v4/jobs/type/{job_type}', (call) => {
		demand.system(call, 'read_jobs');
		return listed(call, call.params.job_type, () => true);
	}),

	route('GET /api/v4/jobs/{job_id}', (call) => {
		demand.system(call, 'read_jobs');
		return jobWith(call);
	}),

	route('POST /api/v4/jobs/{job_id}/cancel', (call) => {
		demand.system(call, 'manage_jobs');
		const job = jobWith(call);
		if (ended.has(job.status)) {
			throw new AppError(
				500,
				'jobs.request_cancellation.status.error',
				'Could not request cancellation for job that is not in a cancelable state.',
			);
		}
		set(call, job, job.status === 'pending' ? 'canceled' : 'cancel_requested');
		return ok;
	}),

	route('PATCH /api/v4/jobs/{job_id}/status', (call) => {
		demand.system(call, 'manage_jobs');
		const fields = call.fields('status');
		const job = jobWith(call);
		const status = fields.required('status');
		const allowed =
			job.status === 'in_progress' ? ['pending', 'cancel_requested'] : ['pending', 'canceled', 'cancel_requested'];
		if (!fields.boolean('force') && (!allowed.includes(status) || ended.has(job.status))) {
			throw new AppError(400, 'api.job.status.invalid', 'The job cannot have that status now.');
		}
		set(call, job, status);
		return ok;
	}),
];

function listed(call: Call, type: string, matches: (job: Job) => boolean): Job[] {
	const { from, to } = call.page();
	return [...call.world.administration.jobs.values()]
		.filter((job) => (type === '' || job.type === type) && matches(job))
		.sort((a, b) => b.create_at - a.create_at)
		.slice(from, to);
}

function jobWith({ world, params }: Call<'job_id'>): Job {
	const job = world.administration.jobs.get(params.job_id);
	if (!job) throw new AppError(404, 'app.job.get.app_error', 'Unable to get the job.');
	return job;
}

function set({ world, now }: Call, job: Job, status: string): void {
	world.administration.jobs.update(job, { status, last_activity_at: now });
}
