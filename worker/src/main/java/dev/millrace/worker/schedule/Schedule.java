package dev.millrace.worker.schedule;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.tier.Tiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next job. Holds three kinds of jobs: ready jobs, jobs that wait for a time, and jobs
 * of paused tenants and batches, which wait without a time. Models take turns, so that a model with
 * many jobs does not delay another. Waiting blocks no thread. Ended jobs stay in the queues and are
 * skipped. Belongs to the loop's thread.
 */
public final class Schedule {
    private static final int FIRST_CAPACITY = 64;

    /** Interval at which jobs leave a cheaper tier for which it is too late. */
    private static final Duration SPILL_INTERVAL = Duration.ofMillis(500);

    private static final Hold PAUSED =
            new Hold(WaitingReason.PAUSE, "the tenant or batch of the jobs");

    /** Ready jobs by model, and by cheaper tier of a model, in the order of their turns. */
    private final LinkedHashMap<String, ReadyJobs> ready = new LinkedHashMap<>();

    private final PriorityQueue<Job> waiting;

    /** Jobs of paused tenants and batches, in the order in which they would have started. */
    private final List<Job> parked = new ArrayList<>();

    private final Capacity capacity;
    private final LaneWeights weights;
    private final ToIntFunction<String> tenantWeights;
    private final LoopClock clock;
    private final Tiers tiers;
    private final UnreadJobs unread;
    private long spilledNanos;

    /**
     * @param tenantWeights returns a tenant's weight, 1 or more
     * @param source knows how many records are unread
     */
    public Schedule(LoopContext context, ToIntFunction<String> tenantWeights, JobSource source) {
        this.tenantWeights = tenantWeights;
        this.unread = new UnreadJobs(source);
        this.capacity = context.capacity();
        this.weights = context.config().laneWeights();
        this.clock = context.clock();
        this.tiers = context.tiers();
        this.spilledNanos = clock.nanos();
        // By subtraction: the ticker may start anywhere and overflow.
        Comparator<Job> byDue = (a, b) -> Long.signum(a.dueNanos() - b.dueNanos());
        waiting = new PriorityQueue<>(FIRST_CAPACITY, byDue);
    }

    /** Queues a job whose call can be announced, at the tier that its next call is bought at. */
    public void ready(Job job) {
        job.makeReady();
        tiers.choose(job);
        of(job).add(job);
    }

    /**
     * Puts back a job that was taken out and did not start, as the first of its tenant and
     * partition in its lane.
     */
    public void putBack(Job job) {
        of(job).addFirst(job);
    }

    private ReadyJobs of(Job job) {
        return of(job.queue());
    }

    private ReadyJobs of(String queue) {
        ReadyJobs jobs = ready.get(queue);
        if (jobs == null) {
            jobs = new ReadyJobs(weights, tenantWeights, () -> capacity.hasReserveAlone(queue));
            ready.put(queue, jobs);
        }
        return jobs;
    }

    /** Makes the job wait for a time; afterwards it is ready again. */
    public void waitFor(Job job, long nanos, Hold why) {
        job.waitUntil(clock.nanos() + nanos, why);
        waiting.add(job);
        capacity.onWaitBegun(job);
    }

    /** Parks the job of a paused tenant or batch, so that the jobs behind it can start. */
    public void park(Job job) {
        job.waitUntil(clock.nanos(), PAUSED);
        parked.add(job);
        capacity.onWaitBegun(job);
    }

    /** Makes the parked jobs ready that are no longer paused, before younger jobs. */
    public void unpark(Predicate<Job> isPaused) {
        var resumed = parked.stream().filter(job -> !isPaused.test(job)).toList();
        parked.removeAll(Set.copyOf(resumed));
        for (Job job : resumed.reversed()) {
            capacity.onWaitEnded(job);
            if (job.isWaiting()) {
                job.makeReady();
                // The pause is no time that a call at the standard tier needs.
                tiers.choose(job);
                of(job).addFirst(job);
            }
        }
    }

    /** Returns the number of jobs that wait because their tenant or batch is paused. */
    public int parkedCount() {
        return parked.size();
    }

    /** Makes the due jobs ready. */
    public void onTick(long nowNanos) {
        for (Job job = waiting.peek();
                job != null && (!job.isWaiting() || job.dueNanos() - nowNanos <= 0);
                job = waiting.peek()) {
            waiting.remove();
            capacity.onWaitEnded(job);
            if (job.isWaiting()) {
                ready(job);
            }
        }
        if (nowNanos - spilledNanos >= SPILL_INTERVAL.toNanos()) {
            spilledNanos = nowNanos;
            tiers.forEachQueue(this::spill);
        }
    }

    /**
     * Moves jobs to the standard tier of a model for which it is too late for the cheaper one,
     * before younger jobs.
     */
    private void spill(String model, String cheaper) {
        var all = new ArrayList<Job>();
        waiting.stream()
                .filter(job -> job.isWaiting() && job.queue().equals(cheaper))
                .forEach(all::add);
        ReadyJobs jobs = ready.get(cheaper);
        if (jobs == null) {
            return;
        }
        jobs.addTo(all);
        var open = new ArrayList<>(all);
        open.addAll(tiers.running(model));
        long jobsBehind = open.isEmpty() ? 0 : unread.behind(open, spilledNanos);
        tiers.onBacklog(model, all.size() + jobsBehind, all);
        var late = new ArrayList<Job>();
        for (Job job : all) {
            if (tiers.isTooLate(job)) {
                tiers.choose(job);
                late.add(job);
            }
        }
        if (late.isEmpty()) {
            return;
        }
        jobs.removeIf(job -> !job.isBoughtCheaper());
        var waited = late.stream().filter(Job::isWaiting).toList();
        waiting.removeAll(Set.copyOf(waited));
        waited.forEach(capacity::onWaitEnded);
        waited.forEach(Job::makeReady);
        late.reversed().forEach(job -> of(job).addFirst(job));
    }

    /** Makes waiting jobs ready before their time, and before younger jobs. */
    public void endWaits(Predicate<Job> isOver) {
        var ended =
                waiting.stream()
                        .filter(job -> job.isWaiting() && isOver.test(job))
                        .sorted(Comparator.comparingLong(Job::offset).reversed())
                        .toList();
        waiting.removeAll(Set.copyOf(ended));
        for (Job job : ended) {
            capacity.onWaitEnded(job);
            job.makeReady();
            of(job).addFirst(job);
        }
    }

    /** Takes out the next ready job that fits; null when there is none. */
    public @Nullable Job next(Predicate<Job> fits) {
        for (String model : ready.keySet().toArray(String[]::new)) {
            Job job = of(model).next(fits);
            if (job != null) {
                return job;
            }
        }
        return null;
    }

    /**
     * Saves the turns of lanes, tenants and partitions, so that {@link #onWithdrawn} can undo later
     * announcements.
     */
    public void onAnnouncing() {
        ready.values().forEach(ReadyJobs::mark);
    }

    /**
     * Records that the next job is announced, so that its model, lane and tenant have had their
     * turn. A job that has to wait takes no turn.
     */
    public void onAnnounced(Job job) {
        ready.putLast(job.queue(), of(job));
        of(job).onStarted(job);
    }

    /**
     * Restores the saved turns, because the calls announced since {@link #onAnnouncing} are
     * withdrawn. The turns of models stay.
     */
    public void onWithdrawn() {
        ready.values().forEach(ReadyJobs::reset);
    }

    /** Returns true when a ready job fits. */
    public boolean hasReady(Predicate<Job> fits) {
        return ready.values().stream().anyMatch(jobs -> jobs.has(fits));
    }

    /** Returns the number of ready jobs of a lane; some can have ended. */
    public int readyCount(JobTopic topic) {
        ReadyJobs jobs = ready.get(topic.model());
        return jobs == null ? 0 : jobs.count(topic.lane());
    }

    /** Returns the number of tenants with ready jobs in a lane. */
    public int tenantCount(JobTopic topic) {
        ReadyJobs jobs = ready.get(topic.model());
        return jobs == null ? 0 : jobs.tenantCount(topic.lane());
    }

    /** Returns the number of ready jobs of a partition; some can have ended. */
    public int readyCount(Partition partition) {
        ReadyJobs jobs = ready.get(partition.model());
        return jobs == null ? 0 : jobs.count(partition);
    }

    /** Returns all jobs that wait for their turn, for a time or for the end of a pause. */
    private List<Job> queued() {
        var queued = new ArrayList<Job>();
        ready.values().forEach(jobs -> jobs.addTo(queued));
        forEachWaiting(queued::add);
        return queued;
    }

    /** Passes each job that waits for a time or for the end of a pause to the action. */
    public void forEachWaiting(Consumer<Job> action) {
        Stream.concat(waiting.stream(), parked.stream()).filter(Job::isWaiting).forEach(action);
    }

    /**
     * Passes each queued job to an action that can end it and then returns true. Drops the ended
     * jobs.
     */
    public void endQueued(Predicate<Job> ends) {
        boolean hasEnded = false;
        for (Job job : queued()) {
            hasEnded |= ends.test(job);
        }
        if (hasEnded) {
            onEnded();
        }
    }

    /** Drops jobs that have ended, instead of keeping them until their time. */
    public void onEnded() {
        waiting.removeIf(this::endsWaiting);
        parked.removeIf(this::endsWaiting);
        ready.values().forEach(ReadyJobs::onEnded);
    }

    private boolean endsWaiting(Job job) {
        if (job.hasEnded()) {
            capacity.onWaitEnded(job);
        }
        return job.hasEnded();
    }

    /** Returns the nanoseconds until the next wait ends; {@link Long#MAX_VALUE} for none. */
    public long untilNextNanos(long nowNanos) {
        Job next = waiting.peek();
        long due = next == null ? Long.MAX_VALUE : Math.max(0, next.dueNanos() - nowNanos);
        boolean maySpill = ready.keySet().stream().anyMatch(tiers::isCheaperQueue);
        long spill = Math.max(0, spilledNanos + SPILL_INTERVAL.toNanos() - nowNanos);
        return maySpill ? Math.min(due, spill) : due;
    }
}
