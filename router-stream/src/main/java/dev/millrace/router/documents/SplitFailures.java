package dev.millrace.router.documents;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.documents.SplitProgress.Failure;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedJobHandler;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingJob;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handles the failures of split jobs: ends a job with an error when its last running part has
 * ended, or as a dead letter if its entries cannot be read.
 */
final class SplitFailures implements PlannedJobHandler {
    private final SplitServices services;
    private final SplitOutputs outputs;
    private final SplitStore store;
    private final JobFinisher finisher;
    private final int partition;

    SplitFailures(
            SplitServices services,
            SplitOutputs outputs,
            SplitStore store,
            JobFinisher finisher,
            int partition) {
        this.services = services;
        this.outputs = outputs;
        this.store = store;
        this.finisher = finisher;
        this.partition = partition;
    }

    /** Returns the job that a progress belongs to; its record is read on first use. */
    SplitJob job(SplitProgress progress) {
        return new SplitJob(
                () ->
                        PlannedRecord.decode(
                                store.record(progress)
                                        .orElseThrow(
                                                () ->
                                                        new IllegalStateException(
                                                                "a split job has no record"))),
                services);
    }

    /** Ends a failing job, or waits for its running parts, which can still be billed. */
    void endOrWait(SplitProgress failing, SplitJob job) {
        if (failing.running() == 0) {
            finisher.fail(failing, job.job(), failing.reason());
        } else {
            store.dropDeadline(failing, job.job());
            store.put(failing);
        }
    }

    /**
     * Runs a decision about a job. If the decision throws, the job fails; if that throws as well,
     * the job becomes a dead letter.
     *
     * @param origin of the record that caused the decision; null for a tick
     */
    void guarded(JobId id, @Nullable Origin origin, Runnable decision) {
        InternalErrors errors = services.errors();
        errors.runOr(
                SplitServices.STEP,
                origin,
                decision,
                message ->
                        errors.runOr(
                                SplitServices.STEP,
                                origin,
                                () -> fail(id, message),
                                again -> bury(id, origin, again)));
    }

    private void fail(JobId id, String message) {
        store.progress(id).ifPresent(it -> endOrWait(it.toFailing(internal(message)), job(it)));
    }

    static Failure internal(String message) {
        return new Failure(ErrorCode.INTERNAL_ERROR.code(), message);
    }

    /** Removes a job with an unreadable entry; the ends of its running parts are ignored. */
    private void bury(JobId id, @Nullable Origin origin, String message) {
        services.errors()
                .run(
                        SplitServices.STEP,
                        origin,
                        () -> {
                            SplitStore.RemovedJob removed = store.removeUnreadable(id);
                            byte[] record = removed.record();
                            if (record != null) {
                                outputs.bury(
                                        UnreadableJob.of(
                                                removed.job(),
                                                record,
                                                partition,
                                                services.clock().millis()),
                                        message);
                            }
                        });
    }

    /** Returns false for a job with unreadable progress, after ending it. */
    @Override
    public boolean isEnding(WaitingJob waiting) {
        return services.errors()
                .decide(
                        SplitServices.STEP,
                        null,
                        () ->
                                store.progress(waiting.jobId())
                                        .filter(SplitProgress::isFailing)
                                        .isPresent(),
                        _ -> false);
    }

    @Override
    public void end(WaitingJob waiting, PlannedRecord job, Rejection why) {
        var failure = new Failure(why.error().code(), why.message());
        guarded(
                waiting.jobId(),
                null,
                () ->
                        store.progress(waiting.jobId())
                                .filter(it -> !it.isFailing())
                                .ifPresent(it -> endOrWait(it.toFailing(failure), job(it))));
    }

    @Override
    public Optional<WaitingJob> remove(String group, long sequence) {
        return Optional.ofNullable(store.removeUnreadable(SplitStore.jobOf(group)).job());
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        outputs.bury(job, message);
    }
}
