package dev.millrace.router.hold;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.CallRefusal;
import dev.millrace.router.waiting.Interval;
import dev.millrace.router.waiting.PlannedJobHandler;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The jobs of one request partition whose model has no topics yet. They wait in the order of their
 * arrival, and continue within seconds after the topics exist.
 *
 * <p>Each method runs within one transaction: its writes to the store and its messages are
 * committed together.
 */
public final class HeldJobs {
    private static final int TURN_JOBS = 500;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HoldServices services;
    private final HoldOutputs outputs;
    private final int partition;
    private final WaitingJobStore jobs;
    private final HoldGroups models;
    private final HoldReport report = new HoldReport();
    private final WaitingRoom<PlannedRecord> room;
    private final Interval passes = new Interval(SECOND, 0);

    /** True if the last pass left jobs of a model whose topics exist. */
    private boolean hasMore;

    /**
     * @param entries the store of a task, in which the kinds of jobs that wait for topics are
     *     unused
     */
    public HeldJobs(
            KeyValueStore<Bytes, byte[]> entries,
            HoldServices services,
            HoldOutputs outputs,
            int partition) {
        this.services = services;
        this.outputs = outputs;
        this.partition = partition;
        jobs =
                new WaitingJobStore(
                        entries,
                        HoldKind.RECORD,
                        HoldKind.DEADLINE,
                        HoldKind.TOTALS);
        room =
                new WaitingRoom<>(
                        jobs,
                        new Ends(),
                        HoldServices.STEP,
                        "the topics of its model",
                        partition,
                        services.control(),
                        services.clock(),
                        services.errors());
        models = HoldGroups.load(jobs);
        showOldest();
    }

    /** Returns true if a job of a model must wait: the topics are missing, or others wait. */
    public boolean mustWait(String model) {
        return models.has(model) || services.missing().apply(model).isPresent();
    }

    /** Lets a job wait. */
    public void onJob(PlannedRecord job) {
        services.errors()
                .runOr(
                        HoldServices.STEP,
                        job.job().origin(),
                        () -> add(job),
                        message -> outputs.refuse(job, Rejection.internal(message)));
        jobs.save();
    }

    private void add(PlannedRecord job) {
        String group = HoldGroups.group(job.job().headers().model());
        jobs.add(WaitingJob.of(group, jobs.nextSequence(), job.job().headers()), job.encode());
        models.onAdded(group, job);
        showOldest();
    }

    /**
     * Ends cancelled and expired jobs, and releases those whose topics exist.
     *
     * @return true if there is something to commit
     */
    public boolean onTick() {
        InternalErrors errors = services.errors();
        boolean hasWorked = room.onTick();
        if (hasMore || passes.isDue(services.clock().millis())) {
            hasWorked |= errors.check(HoldServices.STEP, this::pass);
        }
        hasWorked |= errors.check(HoldServices.STEP, this::report);
        jobs.save();
        return hasWorked;
    }

    private boolean pass() {
        var limit = new WorkLimit(TURN_JOBS);
        hasMore = false;
        boolean hasWorked = false;
        for (HoldGroups.ModelWait model : new ArrayList<>(models.all())) {
            if (services.missing().apply(model.name()).isEmpty()) {
                hasMore |= !release(model.group(), limit);
                hasWorked = true;
            }
        }
        showOldest();
        return hasWorked;
    }

    /** Releases the jobs of a model, in their order; returns false if the limit is reached. */
    private boolean release(String group, WorkLimit limit) {
        return jobs.visit(
                group,
                0,
                Long.MAX_VALUE,
                (sequence, stored) -> {
                    if (limit.isReached()) {
                        return false;
                    }
                    limit.onVisit(stored.length);
                    PlannedRecord job = room.read(group, sequence, stored);
                    if (job != null) {
                        remove(WaitingJob.of(group, sequence, job.job().headers()));
                        release(job, job.with(services.inService()));
                    }
                    return true;
                });
    }

    /** Releases a job; it waits again if it has moved to a model without topics. */
    private void release(PlannedRecord waiting, PlannedRecord job) {
        Optional<Rejection> refusal = refusal(job);
        String model = job.job().headers().model();
        if (refusal.isPresent()) {
            outputs.refuse(job, refusal.get());
        } else if (!model.equals(waiting.job().headers().model()) && mustWait(model)) {
            add(job);
        } else {
            outputs.release(job);
        }
    }

    private Optional<Rejection> refusal(PlannedRecord job) {
        JobHeaders headers = job.job().headers();
        return CallRefusal.of(headers, services.control().get(), services.clock().instant())
                .or(() -> services.modelCheck().apply(headers));
    }

    private void remove(WaitingJob job) {
        jobs.remove(job);
        models.onRemoved(job.group());
    }

    private boolean report() {
        return report.next(models.all(), services.missing(), services.clock().instant())
                .map(
                        it -> {
                            outputs.report(it);
                            return true;
                        })
                .orElse(false);
    }

    private void showOldest() {
        models.oldestMillis()
                .ifPresentOrElse(
                        it -> services.oldest().set(partition, it),
                        () -> services.oldest().remove(partition));
    }

    /** Forgets this partition's jobs, which another router takes over. */
    public void close() {
        services.oldest().remove(partition);
    }

    /** Ends waiting jobs with an error, or as dead letters if they cannot be read. */
    private final class Ends implements PlannedJobHandler {
        @Override
        public void end(WaitingJob waiting, PlannedRecord job, Rejection why) {
            HeldJobs.this.remove(waiting);
            outputs.refuse(job, why);
        }

        @Override
        public Optional<WaitingJob> remove(String group, long sequence) {
            Optional<WaitingJob> job = jobs.removeUnreadable(group, sequence);
            models.onRemoved(group);
            return job;
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            outputs.bury(job, message);
        }
    }
}
