package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import dev.millrace.router.waiting.WaitingRoom;
import java.util.Optional;

/** Ends followers with an error, or as dead letters if their entries cannot be read. */
record FollowerEnds(CacheServices services, WaitingJobStore followers, JobEnds ends)
        implements WaitingRoom.JobHandler<CachedJob> {
    @Override
    public CachedJob read(byte[] stored) {
        return CachedJob.readWaiting(stored, services.topics());
    }

    @Override
    public JobHeaders headers(CachedJob job) {
        return job.headers();
    }

    @Override
    public void end(WaitingJob waiting, CachedJob job, Rejection why) {
        followers.remove(waiting);
        ends.fail(job, why.error(), why.message(), null);
    }

    @Override
    public Optional<WaitingJob> remove(String key, long sequence) {
        return followers.removeUnreadable(key, sequence);
    }

    @Override
    public void bury(UnreadableJob unreadable, String message) {
        var record = unreadable.record();
        WaitingJob job = unreadable.job();
        if (job != null) {
            MillraceHeaders.put(record.headers(), MillraceHeaders.JOB_ID, job.jobId().value());
            MillraceHeaders.put(record.headers(), MillraceHeaders.TENANT, job.tenant());
            MillraceHeaders.put(record.headers(), MillraceHeaders.BATCH, job.batch());
        }
        ends.bury(record, ErrorCode.INTERNAL_ERROR, message, null);
    }
}
