package dev.millrace.worker.loop;

import static dev.millrace.worker.loop.Turn.shorter;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.commit.DuplicateInstanceException;
import dev.millrace.worker.dispatch.LoopMailbox;
import dev.millrace.worker.dispatch.Mailbox;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.PermitSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the consumer, the producer and every open job, on one thread. A turn: poll → restore newly
 * assigned partitions → admit records → handle reports of calls → make due jobs ready → commit. The
 * commit writes results and announces the next calls, which are sent once their announcement is
 * written. The loop never waits for a provider. Other threads put reports into its mailbox, ask for
 * its health, or stop it.
 */
public final class WorkerLoop {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);

    /**
     * Longest poll, and so the longest wait of a job that arrives after a fetch without records:
     * the client of the consumer protocol sends the next fetch only with the next poll.
     */
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);

    /** Longest delay that a paused partition may add to records of other partitions. */
    private static final Duration LONGEST_WAIT_WHILE_PAUSED = Duration.ofMillis(10);

    /**
     * Longest delay of a job that could start under a standing intent or is critical. A shorter
     * delay would cost more turns.
     */
    private static final Duration LONGEST_WAIT_IF_URGENT = Duration.ofMillis(1);

    /** A loop without a turn for this long counts as hanging. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

    /** Longest wait to learn which lanes exist, before the worker joins the group. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(10);

    private static final Duration FIRST_LOOK_POLL = Duration.ofMillis(5);

    /** Longest poll while the finished jobs of some partition are being looked up. */
    private static final Duration RESTORING_POLL = Duration.ofMillis(5);

    private final Ports ports;
    private final JobSource source;
    private final Mailbox mailbox;
    private final LoopClock clock;
    private final LoopParts parts;
    private final Turn turn;
    private final PartitionRelease release;
    private final PollFailures polls = new PollFailures();
    private final RebalanceListener listener = new RebalanceListener();

    /** All topics that this worker serves; it subscribes to the existing ones. */
    private Set<String> topics = Set.of();

    /**
     * Subscribed topics. A topic that is deleted later stays, since the client notices its
     * recreation.
     */
    private final Set<String> subscribed = new HashSet<>();

    private volatile Health health = Health.waiting("not yet in the consumer group");
    private volatile LoopReport report = LoopReport.NONE;
    private volatile Stop stop = Stop.NO;

    /** True while the ports are closing, so that nothing can be committed any more. */
    private boolean isClosing;

    private enum Stop {
        NO,
        DRAIN,
        NOW
    }

    /** Creates a loop that has not started and that reads reports from the given mailbox. */
    public WorkerLoop(
            Ports ports,
            Mailbox mailbox,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            Breakers breakers,
            LoopFeatures features,
            MeterRegistry registry) {
        this.ports = ports;
        this.mailbox = mailbox;
        source = ports.source();
        clock = timing.clock();
        parts = new LoopParts(ports, mailbox, served, config, timing, breakers, features, registry);
        turn = new Turn(parts);
        release = new PartitionRelease(parts, turn, this::publishHealth, config.drainTimeout());
    }

    /** The loop's ports, which it closes at its end. */
    public record Ports(
            JobSource source,
            ResultLog log,
            JobTopics topics,
            Providers providers,
            Control control,
            PermitSource permits) {}

    /** Creates a loop that has not started. */
    public static WorkerLoop create(
            Ports ports,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            LoopFeatures features,
            MeterRegistry registry) {
        var mailbox = new LoopMailbox(ports.source()::wakeup);
        ports.permits().onGrant(mailbox::wake);
        var breakers =
                new Breakers(
                        config.breaker(),
                        timing.clock(),
                        ports.providers()::keyCount,
                        new BreakerReporter(registry));
        return new WorkerLoop(ports, mailbox, served, config, timing, breakers, features, registry);
    }

    /** Joins the consumer group for these topics. Must be called before the first turn. */
    void subscribe(Collection<String> served) {
        topics = Set.copyOf(served);
        subscribeToExisting();
    }

    private void subscribeToExisting() {
        subscribed.addAll(topics.stream().filter(parts.existingTopics::exists).toList());
        source.subscribe(Set.copyOf(subscribed), listener);
    }

    /**
     * Serves these topics until the loop is stopped or an unexpected failure ends it. Closes the
     * ports at the end.
     */
    public void run(Collection<String> topics) {
        String end = "stopped";
        try {
            awaitFirstLook();
            subscribe(topics);
            while (stop == Stop.NO) {
                runOnce();
            }
            release.drain(new LinkedHashSet<>(parts.intake.all()), this::isStoppedNow);
            if (polls.isLasting(clock.nanos())) {
                end = "failed: jobs cannot be polled: " + polls.problem();
            }
        } catch (DuplicateInstanceException e) {
            end = String.valueOf(e.getMessage());
            LOG.atError().log("the worker stops: {}", end);
        } catch (RuntimeException | Error e) {
            end = "failed: " + e;
            LOG.atError().setCause(e).log("the worker's loop has failed and stops");
        } finally {
            close(end);
        }
    }

    /**
     * Waits until the existing lanes are known. A lane subscribed to later gets its partitions with
     * a later heartbeat, 5 s later by default, and its jobs start behind the normal lane's jobs.
     */
    private void awaitFirstLook() {
        long start = clock.nanos();
        boolean _ = parts.existingTopics.onTick(start);
        while (!parts.existingTopics.isKnown()
                && stop == Stop.NO
                && clock.nanos() - start < FIRST_LOOK.toNanos()) {
            parts.reports.collect(FIRST_LOOK_POLL);
            boolean _ = parts.existingTopics.onTick(clock.nanos());
        }
    }

    private boolean isStoppedNow() {
        return stop == Stop.NOW;
    }

    private void close(String end) {
        isClosing = true;
        close(ports.providers());
        close(ports.log());
        close(source);
        close(ports.topics());
        close(ports.control());
        close(ports.permits());
        health = Health.stopped(end);
    }

    private static void close(AutoCloseable port) {
        try {
            port.close();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("a part of the worker could not be closed cleanly");
        }
    }

    /** Runs one turn: polls, ends and starts calls, and commits. */
    void runOnce() {
        awaitReports();
        onRecords(poll());
        parts.recovery.restore(parts.intake.all());
        turn.run(Duration.ZERO);
        parts.intake.pauseAndResume();
        parts.cleanup.onTick(parts.intake.all(), clock.nanos());
        release.restart();
        publishHealth();
    }

    private void onRecords(ConsumerRecords<byte[], byte[]> records) {
        parts.intake.onRecords(records);
        long now = clock.nanos();
        if (!records.isEmpty()) {
            parts.existingTopics.onJobs(now);
        }
        if (parts.existingTopics.onTick(now)) {
            subscribeToExisting();
        }
    }

    /** Polls, unless polls have just failed: then the loop continues with the jobs it has. */
    private ConsumerRecords<byte[], byte[]> poll() {
        long untilAllowed = polls.untilAllowedNanos(clock.nanos());
        if (untilAllowed > 0) {
            parts.reports.collect(shorter(pollWait(), untilAllowed));
            return ConsumerRecords.empty();
        }
        polls.onPoll();
        mailbox.setLoopPolling(true);
        var records = source.poll(pollWait());
        mailbox.setLoopPolling(false);
        polls.onPolled(!records.isEmpty(), clock.nanos());
        return records;
    }

    /**
     * Waits for reports instead of polling, in two cases. First, until the next transaction is
     * allowed: a polled job could not be announced, unless it is critical or under a standing
     * intent. Second, while the client holds records of paused partitions: its poll would not
     * block, but spin until its timeout.
     */
    private void awaitReports() {
        long start = clock.nanos();
        long wait = Math.min(parts.committer.untilAllowedNanos(start), LONGEST_POLL.toNanos());
        if (wait > LONGEST_WAIT_IF_URGENT.toNanos() && mayStartPolledJobs()) {
            wait = LONGEST_WAIT_IF_URGENT.toNanos();
        }
        for (long left = wait; left > 0 && stop == Stop.NO && !turn.isDueForCritical(); ) {
            parts.reports.collect(Duration.ofNanos(left));
            left = wait - (clock.nanos() - start);
        }
        if (wait == 0 && parts.intake.hasPausedForRoom() && !hasWork()) {
            parts.reports.collect(shorter(LONGEST_WAIT_WHILE_PAUSED, turn.untilNextNanos()));
        }
    }

    private boolean mayStartPolledJobs() {
        return parts.committer.mayUseStanding()
                && (parts.standing.expectsCritical()
                        || parts.standing.coversNext(parts.intake.all()));
    }

    private boolean hasWork() {
        return !mailbox.isEmpty() || parts.intake.canAdmit() || stop != Stop.NO;
    }

    private Duration pollWait() {
        if (hasWork() || parts.intake.hasPausedForRoom()) {
            return Duration.ZERO;
        }
        return shorter(
                parts.intake.isRestoring() ? RESTORING_POLL : LONGEST_POLL, turn.untilNextNanos());
    }

    /** Brings metrics and health up to date. */
    private void publishHealth() {
        var all = parts.intake.all();
        var stopped = all.stream().map(Partition::stopped).flatMap(Optional::stream).toList();
        parts.metrics.onTurn(
                parts.capacity,
                parts.quota,
                parts.pauseAndCancel,
                parts.schedule.parkedCount(),
                parts.spentBudgets.heldJobs(),
                all.size(),
                stopped.size(),
                clock.nanos());
        report =
                new LoopReport(
                        parts.breakers.open(),
                        parts.workerMetrics.doubts(),
                        parts.waits.current(all, clock.nanos()),
                        parts.waits.limits());
        health =
                LoopHealth.of(
                        parts.committer,
                        polls,
                        parts.pauseAndCancel,
                        report.open(),
                        ports.permits(),
                        all.size(),
                        stopped);
    }

    /** Returns the loop's health. From any thread. */
    public Health health() {
        Health last = health;
        var since = Duration.ofNanos(clock.nanos() - turn.lastNanos());
        return last.live() && since.compareTo(LONGEST_TURN) > 0
                ? Health.waiting("the loop has made no progress for " + since.toSeconds() + " s")
                : last;
    }

    /** Returns the loop's latest report, also after its end. From any thread. */
    public LoopReport report() {
        return report;
    }

    /** Stops the loop after its running calls, up to the drain timeout. From any thread. */
    public synchronized void stop() {
        if (stop == Stop.NO) {
            stop = Stop.DRAIN;
        }
        source.wakeup();
    }

    /** Stops the loop: aborts running calls, and commits ended ones. From any thread. */
    public synchronized void stopNow() {
        stop = Stop.NOW;
        source.wakeup();
    }

    /** Called by the client, on the loop's thread, while it polls or closes. */
    private final class RebalanceListener implements JobSource.Listener {
        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {
            parts.intake.onAssigned(partitions);
        }

        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {
            mailbox.setLoopPolling(false);
            if (isClosing) {
                // Drained partitions are no longer owned. After a failure, nothing can be
                // committed.
                onLost(partitions);
            } else {
                release.drain(parts.intake.owned(partitions), WorkerLoop.this::isStoppedNow);
            }
        }

        @Override
        public void onLost(Collection<TopicPartition> partitions) {
            release.drop(parts.intake.owned(partitions));
        }

        @Override
        public void onOutOfRange(TopicPartition partition, long position) {
            parts.intake.onOutOfRange(partition, position);
        }

        @Override
        public void onCorrupt(TopicPartition partition, String reason) {
            parts.intake.onCorrupt(partition, reason);
        }

        @Override
        public void onFailed(String reason, boolean someTopicsOnly) {
            polls.onFailed(reason, someTopicsOnly, clock.nanos());
            if (polls.isLasting(clock.nanos())) {
                LOG.atError().log("the worker drains and stops: jobs cannot be polled: {}", reason);
                stop();
            }
        }
    }
}
