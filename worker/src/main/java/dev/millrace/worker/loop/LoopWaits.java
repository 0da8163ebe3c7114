package dev.millrace.worker.loop;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.limits.CallLimits;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.quota.Quota;
import dev.millrace.worker.schedule.Schedule;
import dev.millrace.worker.tier.Tiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lists why the jobs of the loop wait, and the limits that it has learned. A job that waits for a
 * time or for the end of a pause is listed with its own reason. Ready jobs share the reason that
 * holds back the first job of their lane. Records that are not admitted have the reason that stops
 * their partition. Belongs to the loop's thread.
 */
final class LoopWaits {
    /** Time between two lists, since a list visits all waiting jobs. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A wait that ends sooner than this is listed without its end. */
    private static final Duration SHORTEST_WITH_END = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final CallLimits limits;
    private final Quota quota;
    private final Committer committer;
    private final Capacity capacity;
    private final LoopClock clock;
    private final Set<String> models;
    private final Tiers tiers;
    private List<Waiting> latest = List.of();
    private List<WorkerReport.Learned> learned = List.of();
    private long listedNanos;

    LoopWaits(LoopParts parts, Set<String> models, Tiers tiers) {
        this.tiers = tiers;
        schedule = parts.schedule;
        limits = parts.limits;
        quota = parts.quota;
        committer = parts.committer;
        capacity = parts.capacity;
        clock = parts.clock;
        this.models = new TreeSet<>(models);
        listedNanos = clock.nanos();
    }

    /**
     * Returns the latest list, a second old at most.
     *
     * @param partitions the assigned partitions
     */
    List<Waiting> current(Collection<Partition> partitions, long nowNanos) {
        if (nowNanos - listedNanos >= INTERVAL.toNanos()) {
            listedNanos = nowNanos;
            latest = list(partitions, nowNanos);
            learned = quota.learned(nowNanos);
        }
        return latest;
    }

    /** Returns the learned limits, as of the time of the latest list. */
    List<WorkerReport.Learned> limits() {
        return learned;
    }

    private List<Waiting> list(Collection<Partition> partitions, long nowNanos) {
        Map<Waiting.Queue, Waiting> all = new LinkedHashMap<>();
        schedule.forEachWaiting(job -> add(ofJob(job, nowNanos), all));
        models.forEach(model -> ofReady(model, model).forEach(it -> add(it, all)));
        tiers.forEachQueue((model, queue) -> ofReady(model, queue).forEach(it -> add(it, all)));
        for (Partition partition : partitions) {
            ofPartition(partition, all.values()).ifPresent(it -> add(it, all));
        }
        return List.copyOf(all.values());
    }

    private static void add(Waiting waiting, Map<Waiting.Queue, Waiting> all) {
        all.merge(waiting.queue(), waiting, Waiting::plus);
    }

    private Waiting ofJob(Job job, long nowNanos) {
        Hold hold = job.hold() == null ? new Hold(WaitingReason.PROVIDER_WAIT, "") : job.hold();
        return waiting(job.partition().model(), null, hold, job.dueNanos() - nowNanos, 1);
    }

    /**
     * Returns why the ready jobs of a model wait, lane by lane where lanes differ.
     *
     * @param queue name of the model, or of its cheaper tier
     */
    private List<Waiting> ofReady(String model, String queue) {
        List<Waiting> rows = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            CallLimits.Delay delay = delay(new JobTopic(queue, lane));
            if (delay != null) {
                rows.add(waiting(model, lane, delay.hold(), delay.nanos(), 0));
            }
        }
        CallLimits.Delay poison = limits.heldBack(queue, null);
        if (poison != null) {
            rows.add(waiting(model, null, poison.hold(), poison.nanos(), 0));
        }
        boolean areAlike = rows.stream().map(Waiting::reason).distinct().count() == 1;
        return areAlike && rows.getFirst().reason() != WaitingReason.LANE
                ? rows.stream().map(Waiting::withoutLane).toList()
                : rows;
    }

    /**
     * Returns the reason that holds back the ready jobs of a lane; null if the lane has no ready
     * jobs, or they can start.
     */
    private CallLimits.@Nullable Delay delay(JobTopic topic) {
        if (schedule.readyCount(topic) == 0) {
            return null;
        }
        if (!committer.isHealthy()) {
            return unknown("results cannot be written: " + committer.problem());
        }
        if (!capacity.hasRoomForResults()) {
            return unknown("results wait to be written, which worker.max_held_bytes limits");
        }
        return limits.heldBack(topic.model(), topic.lane());
    }

    private static CallLimits.Delay unknown(String value) {
        return new CallLimits.Delay(Long.MAX_VALUE, new Hold(WaitingReason.CLUSTER, value));
    }

    /** Returns why a partition admits no records, unless its model has other waits. */
    private static Optional<Waiting> ofPartition(Partition partition, Collection<Waiting> known) {
        String model = partition.model();
        Optional<StoppedPartition> stopped = partition.stopped();
        if (stopped.isPresent() || partition.isRestoring()) {
            String value =
                    stopped.map(StoppedPartition::text)
                            .orElse("finished jobs are still being looked up");
            return Optional.of(of(model, new Hold(WaitingReason.CLUSTER, value)));
        }
        boolean isExplained = known.stream().anyMatch(it -> it.model().equals(model));
        return partition.hasWaitingRecord() && !isExplained
                ? Optional.of(
                        of(
                                model,
                                new Hold(
                                        WaitingReason.SLOTS,
                                        "worker.max_open_per_partition or max_held_bytes")))
                : Optional.empty();
    }

    private static Waiting of(String model, Hold hold) {
        return new Waiting(
                model, Optional.empty(), hold.reason(), hold.value(), Optional.empty(), 0);
    }

    private Waiting waiting(String model, @Nullable Lane lane, Hold hold, long nanos, long jobs) {
        boolean hasEnd = nanos >= SHORTEST_WITH_END.toNanos() && nanos < Long.MAX_VALUE;
        return new Waiting(
                model,
                Optional.ofNullable(lane),
                hold.reason(),
                hold.value(),
                hasEnd ? Optional.of(clock.now().plusNanos(nanos)) : Optional.empty(),
                jobs);
    }
}
