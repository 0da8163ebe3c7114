package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.router.cache.store.LookupRecord;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobChecks.WaitingJobEnds;
import dev.millrace.router.waiting.WaitingJobStore;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Ends waiting jobs with an error, or as dead letters if their entries cannot be read. */
final class FollowerEnds implements WaitingJobEnds {
    private final CacheServices services;
    private final WaitingJobStore followers;
    private final JobEnds ends;

    FollowerEnds(CacheServices services, WaitingJobStore followers, JobEnds ends) {
        this.services = services;
        this.followers = followers;
        this.ends = ends;
    }

    @Override
    public void end(WaitingJob follower, byte[] stored, ErrorCode error, String message) {
        CachedJob job = read(follower.group(), follower.sequence(), stored);
        if (job != null) {
            followers.remove(follower);
            ends.fail(job, error, message, null);
        }
    }

    @Override
    public @Nullable WaitingJob readOrEnd(String group, long sequence, byte[] stored) {
        CachedJob job = read(group, sequence, stored);
        return job == null ? null : job.toWaiting(group, sequence);
    }

    /** Returns the job of a record, or ends the record and returns null if it is unreadable. */
    @Nullable CachedJob read(String group, long sequence, byte[] stored) {
        return services.errors()
                .<@Nullable CachedJob>decide(
                        CacheServices.STEP,
                        null,
                        () -> CachedJob.readWaiting(stored, services.topics()),
                        message -> {
                            bury(group, sequence, stored, message);
                            return null;
                        });
    }

    private void bury(String group, long sequence, byte[] stored, String message) {
        WaitingJob job = followers.removeUnreadable(group, sequence).orElse(null);
        LookupRecord record = record(stored);
        if (job != null) {
            MillraceHeaders.put(record.headers(), MillraceHeaders.JOB_ID, job.jobId().value());
            MillraceHeaders.put(record.headers(), MillraceHeaders.TENANT, job.tenant());
            MillraceHeaders.put(record.headers(), MillraceHeaders.BATCH, job.batch());
        }
        ends.bury(record, ErrorCode.INTERNAL_ERROR, message, null);
    }

    /** Returns the record of an entry; the whole entry as the record if it is damaged. */
    private LookupRecord record(byte[] stored) {
        try {
            return LookupRecord.decode(stored);
        } catch (RuntimeException e) {
            return new LookupRecord(new RecordHeaders(), stored, services.clock().millis());
        }
    }
}
