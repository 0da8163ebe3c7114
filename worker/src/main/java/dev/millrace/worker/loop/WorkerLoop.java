package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.outcome.RetryBudget;
import dev.millrace.worker.outcome.RetryPolicy;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.Timing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns consumer, producer and every open job. A turn: poll → restore what was newly
 * assigned → admit → collect what has come back → wake what is due → commit, which writes what is
 * settled, announces the next calls, and sends them when that is written. It never waits for a
 * provider. Other threads put finished calls into its mailbox, ask for its health, or tell it to
 * stop.
 */
public final class WorkerLoop {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);

    /**
     * After a fetch that found nothing, the client of the consumer protocol sends the next one only
     * with the next poll; a job that comes between them waits for it.
     */
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);

    /** So long a record of another partition waits at most, while one is paused. */
    private static final Duration LONGEST_WAIT_WHILE_PAUSED = Duration.ofMillis(10);

    private static final Duration LONGEST_DRAIN_STEP = Duration.ofMillis(50);

    /** How long the last commit of what is given up may take, should the log have to be rebuilt. */
    private static final Duration LAST_COMMIT = Duration.ofSeconds(30);

    /** A loop that has not turned for so long hangs, whatever the cause. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

    /** While it is being found out what of a partition is finished. */
    private static final Duration RESTORING_POLL = Duration.ofMillis(5);

    private final JobSource source;
    private final ResultLog log;
    private final JobTopics topics;
    private final Providers providers;
    private final Control control;
    private final LoopClock clock;
    private final Mailbox mailbox;
    private final LoopMetrics metrics;
    private final Duration drainTimeout;

    private final Capacity capacity;
    private final PauseAndCancelState pauseAndCancel;
    private final Schedule schedule;
    private final Committer committer;
    private final CallDispatcher dispatcher;
    private final JobCompletion completion;
    private final Recovery recovery;
    private final Intake intake;
    private final FinishedRecordCleanup cleanup;
    private final TopicIdCheck topicIds;
    private final WaitingJobExpiry expiry;
    private final PollFailures polls = new PollFailures();

    private volatile Health health = Health.waiting("not yet in the consumer group");
    private volatile Stop stop = Stop.NO;

    /** Nothing can be committed any more. */
    private boolean isClosing;

    private volatile long lastTurnNanos;

    private enum Stop {
        NO,
        DRAIN,
        NOW
    }

    WorkerLoop(
            Connections connections,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            MeterRegistry registry) {
        Ports ports = connections.ports();
        source = ports.source();
        log = ports.log();
        topics = ports.topics();
        providers = ports.providers();
        control = ports.control();
        clock = timing.clock();
        mailbox = connections.mailbox();
        metrics = new LoopMetrics(registry);
        drainTimeout = config.drainTimeout();
        lastTurnNanos = clock.nanos();
        capacity = new Capacity(config, served.topics().values());
        schedule = new Schedule(capacity, config.laneWeights());
        pauseAndCancel = new PauseAndCancelState(control, served.models().keySet());
        var context = new LoopContext(clock, capacity, metrics, pauseAndCancel);
        var pace = new CommitRateLimiter(config.commitInterval(), clock.nanos());
        committer = new Committer(source, log, context, pace, new Intents());
        var policy = new RetryPolicy(config.maxAttempts(), config.backoff());
        var retries = new JobCompletion.Retries(policy, timing.random());
        completion = new JobCompletion(served, schedule, committer, context, retries);
        var budget = config.retryBudget();
        var ends =
                new CallDispatcher.Ends(
                        providers,
                        mailbox,
                        () -> new RetryBudget(budget.ratio(), budget.window(), clock.nanos()),
                        () -> new CallPacer(config.maxInFlight(), clock.nanos()),
                        new CallWatchdog(config.timeouts().total()));
        dispatcher = new CallDispatcher(ends, schedule, completion, topics, context);
        recovery =
                new Recovery(
                        source, topics, committer, served.acceptResend(), config.maxAttempts());
        var admission =
                new JobAdmission(served, schedule, completion, context, config.maxAttempts());
        var limits = new Intake.Limits(served.topics(), config, served.acceptResend());
        var receivers = new Intake.Receivers(schedule, admission, committer);
        intake = new Intake(source, context, receivers, limits);
        cleanup = new FinishedRecordCleanup(topics, clock.nanos());
        topicIds = new TopicIdCheck(topics, committer, clock.nanos());
        expiry = new WaitingJobExpiry(schedule, completion, pauseAndCancel, clock.nanos());
    }

    /** The loop's ports; it closes them at its end. */
    public record Ports(
            JobSource source,
            ResultLog log,
            JobTopics topics,
            Providers providers,
            Control control) {}

    /** All ways in and out. */
    record Connections(Ports ports, Mailbox mailbox) {}

    /** A loop that has not started. */
    public static WorkerLoop create(
            Ports ports,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            MeterRegistry registry) {
        var mailbox = new BoundedMailbox(config.maxInFlight(), ports.source()::wakeup);
        var connections = new Connections(ports, mailbox);
        return new WorkerLoop(connections, served, config, timing, registry);
    }

    /** Joins the group of those that serve these topics; to be called before the first turn. */
    void subscribe(Collection<String> topics) {
        source.subscribe(topics, new Ownership());
    }

    /**
     * Serves these topics until it is told to stop or something fails that nobody expects. Closes
     * its ports at the end.
     */
    public void run(Collection<String> topics) {
        String end = "stopped";
        try {
            subscribe(topics);
            while (stop == Stop.NO) {
                runOnce();
            }
            drain(new LinkedHashSet<>(intake.all()));
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

    private void close(String end) {
        isClosing = true;
        close(providers);
        close(log);
        close(source);
        close(topics);
        close(control);
        health = Health.stopped(end);
    }

    private static void close(AutoCloseable port) {
        try {
            port.close();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("a part of the worker could not be closed cleanly");
        }
    }

    /** One turn: take in what is there, let calls end and start, commit. */
    void runOnce() {
        rest();
        intake.onRecords(poll());
        recovery.restore(intake.all());
        work(Duration.ZERO);
        intake.balance();
        cleanup.onTick(clock.nanos());
        restart();
        tell();
    }

    /** Polls, unless polls have failed just now: then the loop goes on with what it has. */
    private ConsumerRecords<byte[], byte[]> poll() {
        long pause = polls.pauseNanos(clock.nanos());
        if (pause > 0) {
            dispatcher.collect(shorter(pollWait(), pause));
            return ConsumerRecords.empty();
        }
        polls.onPoll();
        mailbox.onLoopAway(true);
        var records = source.poll(pollWait());
        mailbox.onLoopAway(false);
        polls.onPolled(!records.isEmpty(), clock.nanos());
        return records;
    }

    /**
     * Waits where a poll would not do. Until a commit may follow, nothing that is polled could be
     * announced. And the client's poll never waits while it holds records of paused partitions: it
     * would spin until its time is over.
     */
    private void rest() {
        long start = clock.nanos();
        long pause = Math.min(committer.pauseNanos(start), LONGEST_POLL.toNanos());
        for (long left = pause; left > 0 && stop == Stop.NO; ) {
            dispatcher.collect(Duration.ofNanos(left));
            left = pause - (clock.nanos() - start);
        }
        if (pause == 0 && intake.hasPaused() && !hasWork()) {
            dispatcher.collect(shorter(LONGEST_WAIT_WHILE_PAUSED, untilNextNanos()));
        }
    }

    private boolean hasWork() {
        return !mailbox.isEmpty() || intake.canAdmit() || stop != Stop.NO;
    }

    /** All of a turn that needs no poll; so it goes on while partitions are given up. */
    private void work(Duration wait) {
        intake.admit();
        dispatcher.collect(wait);
        dispatcher.onTick(clock.nanos());
        schedule.onTick(clock.nanos());
        expiry.onTick(clock.nanos());
        topicIds.onTick(intake.all(), clock.nanos());
        committer.commitIfDue();
        lastTurnNanos = clock.nanos();
    }

    private Duration pollWait() {
        if (hasWork() || intake.hasPaused()) {
            return Duration.ZERO;
        }
        return shorter(intake.isRestoring() ? RESTORING_POLL : LONGEST_POLL, untilNextNanos());
    }

    private long untilNextNanos() {
        long now = clock.nanos();
        return Math.min(
                Math.min(schedule.untilNextNanos(now), dispatcher.untilPacedNanos(now)),
                committer.untilDueNanos(now));
    }

    private static Duration shorter(Duration wait, long nanos) {
        return nanos < wait.toNanos() ? Duration.ofNanos(nanos) : wait;
    }

    private void tell() {
        var all = intake.all();
        var stopped = all.stream().filter(it -> !it.trouble().isEmpty()).toList();
        metrics.onTurn(capacity, pauseAndCancel, all.size(), stopped.size());
        health = LoopHealth.of(committer, polls, pauseAndCancel, all.size(), stopped);
    }

    /** From any thread. */
    public Health health() {
        Health last = health;
        var since = Duration.ofNanos(clock.nanos() - lastTurnNanos);
        return last.live() && since.compareTo(LONGEST_TURN) > 0
                ? Health.waiting("the loop has not turned for " + since.toSeconds() + " s")
                : last;
    }

    /** Running calls end first, up to the drain timeout. From any thread. */
    public synchronized void stop() {
        if (stop == Stop.NO) {
            stop = Stop.DRAIN;
        }
        source.wakeup();
    }

    /** Running calls are broken off; what has ended is committed. From any thread. */
    public synchronized void stopNow() {
        stop = Stop.NOW;
        source.wakeup();
    }

    /**
     * Gives these partitions up: what only waits goes back at once, what runs may end, and is
     * committed. The loop goes on for all others.
     */
    private void drain(Set<Partition> leaving) {
        leaving.forEach(this::stopTaking);
        long start = clock.nanos();
        while (isRunning(leaving) && mayGoOn(start)) {
            work(shorter(LONGEST_DRAIN_STEP, untilNextNanos()));
        }
        // What has ended in time is not broken off, however late the loop comes to see it.
        dispatcher.collect(Duration.ZERO);
        for (Partition partition : leaving) {
            dispatcher.cancel(partition);
            List.copyOf(partition.jobs).forEach(completion::abortCall);
        }
        commitLast(leaving);
        leaving.forEach(intake::onGone);
        forgetGone();
        metrics.onDrained(clock.nanos() - start);
    }

    /** What only waits goes back at once; what runs may end. */
    private void stopTaking(Partition partition) {
        intake.stopTaking(partition);
        if (partition.state == Partition.State.ACTIVE) {
            partition.state = Partition.State.DRAINING;
        }
        partition.waiting().forEach(completion::release);
    }

    /**
     * Restarts partitions whose topic was recreated or whose offset has no record. Running calls
     * end first, and their results are written with the old topic's tag, however long the cluster
     * refuses them: they are paid for.
     */
    private void restart() {
        for (Partition partition : intake.all()) {
            if (partition.restart != null) {
                stopTaking(partition);
                if (mayRestart(partition)) {
                    intake.restart(partition);
                    forgetGone();
                }
            }
        }
    }

    private boolean mayRestart(Partition partition) {
        return partition.jobs.isEmpty()
                && !partition.isTopicDeleted
                && partition.settledBytes == 0
                && !committer.hasWorkFor(Set.of(partition));
    }

    private void forgetGone() {
        committer.onGone();
        schedule.onEnded();
    }

    private boolean mayGoOn(long startNanos) {
        return stop != Stop.NOW && clock.nanos() - startNanos < drainTimeout.toNanos();
    }

    /** Commits what the leaving partitions still have, as long as a broken log may take. */
    private void commitLast(Set<Partition> leaving) {
        committer.retryRefused(leaving);
        long start = clock.nanos();
        while (committer.hasWorkFor(leaving) && clock.nanos() - start < LAST_COMMIT.toNanos()) {
            work(shorter(LONGEST_DRAIN_STEP, committer.untilDueNanos(clock.nanos())));
        }
    }

    private static boolean isRunning(Set<Partition> partitions) {
        return partitions.stream().anyMatch(it -> it.running() > 0);
    }

    /** Called by the client, on the loop's thread, while it polls. */
    private final class Ownership implements JobSource.Listener {
        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {
            intake.onAssigned(partitions);
        }

        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {
            mailbox.onLoopAway(false);
            if (isClosing) {
                // After a failure: what was drained before is gone already.
                onLost(partitions);
            } else {
                drain(intake.ours(partitions));
            }
        }

        @Override
        public void onLost(Collection<TopicPartition> partitions) {
            for (Partition partition : intake.ours(partitions)) {
                dispatcher.cancel(partition);
                List.copyOf(partition.jobs).forEach(completion::release);
                intake.onGone(partition);
            }
            forgetGone();
        }

        @Override
        public void onOutOfRange(TopicPartition partition, long position) {
            intake.onOutOfRange(partition, position);
        }

        @Override
        public void onCorrupt(TopicPartition partition, String reason) {
            intake.onCorrupt(partition, reason);
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

    /** Called during commits. */
    private final class Intents implements Committer.Listener {
        @Override
        public boolean hasIntents() {
            return dispatcher.hasIntents();
        }

        @Override
        public List<Job> announce(Predicate<Partition> inTurn) {
            return dispatcher.announce(inTurn);
        }

        @Override
        public void withdraw(List<Job> announced) {
            dispatcher.withdraw(announced);
        }

        @Override
        public void onOutcomeUnknown() {
            topicIds.hasten(clock.nanos());
        }

        @Override
        public void onWritten(List<Job> announced, Map<Partition, Long> offsets, long begunNanos) {
            dispatcher.launch(announced, begunNanos);
            cleanup.onCommitted(offsets);
        }
    }
}
