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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The held jobs of one request partition: their model has no topics yet, or calls cost less in a
 * later hour. Jobs with one hold wait in the order of their arrival, and continue within seconds
 * after its end. Jobs that wait for an hour continue at the pace of their model's limits, or
 * earlier if their deadlines need it.
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
    private final HoldGroups groups;
    private final ReleasePace pace;
    private final HoldReport report = new HoldReport();
    private final WaitingRoom<PlannedRecord> room;
    private final Interval passes = new Interval(SECOND, 0);

    /** True if the last pass left jobs that must wait no longer. */
    private boolean hasMore;

    /**
     * @param entries the store of a task, in which the kinds of held jobs are unused
     */
    public HeldJobs(
            KeyValueStore<Bytes, byte[]> entries,
            HoldServices services,
            HoldOutputs outputs,
            int partition) {
        this.services = services;
        this.outputs = outputs;
        this.partition = partition;
        pace = new ReleasePace(services.clock().instant());
        jobs = new WaitingJobStore(entries, HoldKind.RECORD, HoldKind.DEADLINE, HoldKind.TOTALS);
        room =
                new WaitingRoom<>(
                        jobs,
                        new Ends(),
                        HoldServices.STEP,
                        "the topics of its model, or a cheaper hour",
                        partition,
                        services.control(),
                        services.clock(),
                        services.errors());
        groups = HoldGroups.load(jobs, this::restored);
        showOldest();
    }

    /** Returns the hold of a stored group; one that has ended if its jobs are decided again. */
    private Hold restored(String group, PlannedRecord job) {
        JobHeaders headers = job.job().headers();
        Hold topic = Hold.noTopic(headers.model());
        return topic.group().equals(group)
                ? topic
                : hourHold(headers).orElseGet(() -> ended(headers));
    }

    private Hold ended(JobHeaders job) {
        return services.hours().ended(job, services.clock().instant());
    }

    /** Returns true if a job must wait: for topics, behind others, or for a cheaper hour. */
    public boolean mustWait(JobHeaders job) {
        return hold(job).isPresent();
    }

    private Optional<Hold> hold(JobHeaders job) {
        return topicHold(job.model()).or(() -> hourHold(job));
    }

    private Optional<Hold> topicHold(String model) {
        return groups.isWithoutTopics(model) || services.missing().apply(model).isPresent()
                ? Optional.of(Hold.noTopic(model))
                : Optional.empty();
    }

    private Optional<Hold> hourHold(JobHeaders job) {
        return services.hours().hold(job, services.clock().instant());
    }

    /** Lets a job wait that must; for a moment if its hold has ended since it was decided. */
    public void onJob(PlannedRecord job) {
        services.errors()
                .runOr(
                        HoldServices.STEP,
                        job.job().origin(),
                        () -> {
                            JobHeaders headers = job.job().headers();
                            add(job, hold(headers).orElseGet(() -> ended(headers)));
                        },
                        message -> outputs.refuse(job, Rejection.internal(message)));
        jobs.save();
    }

    private void add(PlannedRecord job, Hold hold) {
        JobHeaders headers = job.job().headers();
        jobs.add(WaitingJob.of(hold.group(), jobs.nextSequence(), headers), job.encode());
        groups.onAdded(hold, job);
        showOldest();
    }

    /**
     * Ends cancelled and expired jobs, and releases jobs that must wait no longer.
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
        List<HoldGroups.Release> releases =
                groups.releases(
                        it -> services.missing().apply(it).isEmpty(),
                        services.hours(),
                        pace,
                        services.clock().instant());
        for (HoldGroups.Release each : releases) {
            hasMore |= !release(each, limit);
            hasWorked = true;
        }
        showOldest();
        return hasWorked;
    }

    /** Releases jobs of a group, in their order; returns false if the limit is reached. */
    private boolean release(HoldGroups.Release release, WorkLimit limit) {
        String group = release.group().id();
        var left = new AtomicLong(release.jobs());
        return jobs.visit(
                        group,
                        0,
                        Long.MAX_VALUE,
                        (sequence, stored) -> {
                            if (limit.isReached() || left.get() == 0) {
                                return false;
                            }
                            limit.onVisit(stored.length);
                            left.decrementAndGet();
                            PlannedRecord job = room.read(group, sequence, stored);
                            if (job != null) {
                                remove(WaitingJob.of(group, sequence, job.job().headers()));
                                decided(release, job).run();
                            }
                            return true;
                        })
                || left.get() == 0;
    }

    /** Returns what happens to a job that was removed; a failing decision ends it. */
    private Runnable decided(HoldGroups.Release release, PlannedRecord job) {
        return services.errors()
                .decide(
                        HoldServices.STEP,
                        job.job().origin(),
                        () -> next(release, job.with(services.inService())),
                        message -> () -> outputs.refuse(job, Rejection.internal(message)));
    }

    /** Releases a job; it waits again if it has moved to a model without topics, for example. */
    private Runnable next(HoldGroups.Release release, PlannedRecord job) {
        JobHeaders headers = job.job().headers();
        Hold ended = release.group().hold();
        boolean hasTopics = ended.hour() == null && ended.model().equals(headers.model());
        Optional<Hold> next =
                (hasTopics ? Optional.<Hold>empty() : topicHold(headers.model()))
                        .or(() -> release.mustStart() ? Optional.empty() : hourHold(headers));
        Optional<Rejection> refusal = refusal(job);
        if (refusal.isPresent()) {
            return () -> outputs.refuse(job, refusal.get());
        }
        return next.<Runnable>map(it -> () -> add(job, it))
                .orElseGet(
                        () ->
                                () -> {
                                    outputs.release(job);
                                    onReleased(job, ended);
                                });
    }

    private void onReleased(PlannedRecord job, Hold hold) {
        var since = Instant.ofEpochMilli(job.sinceMillis());
        services.traces().onWaited(job.job().headers(), since, hold.reason());
        if (hold.hour() != null) {
            pace.onReleased(hold.model(), hold.hour().secondsPerJob(), services.clock().instant());
        }
    }

    private Optional<Rejection> refusal(PlannedRecord job) {
        JobHeaders headers = job.job().headers();
        return CallRefusal.of(headers, services.control().get(), services.clock().instant())
                .or(() -> services.modelCheck().apply(headers));
    }

    private void remove(WaitingJob job) {
        jobs.remove(job);
        groups.onRemoved(job.group());
    }

    private boolean report() {
        return report.next(groups.all(), services.missing(), services.clock().instant())
                .map(
                        it -> {
                            outputs.report(it);
                            return true;
                        })
                .orElse(false);
    }

    private void showOldest() {
        groups.oldestMillis()
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
            groups.onRemoved(group);
            return job;
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            outputs.bury(job, message);
        }
    }
}
