package dev.millrace.worker.commit;

import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.job.CommitProgress;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.ledger.OffsetRange;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Decides how many standing intents each partition has, and which calls may start under them. A
 * standing intent is committed before its record arrives, so that the first call of the record's
 * job needs no transaction. It replaces only the announcement: the call passes the same limits in
 * the same order. Belongs to the loop's thread.
 *
 * <p>Only lanes of single calls, which a client awaits, have standing intents: after a crash, some
 * stand for calls that were never made. Each commit of an active partition without a backlog renews
 * its intents. Their number is the number of offsets that the partition passed in about a second,
 * at least 8, but at most an equal share of a quarter of the free slots. They stand only for
 * records with timestamps up to a committed one, so that a successor knows which jobs cannot have
 * been called. If the next job is under way as long as the latest one was, its intent stands for
 * twice the time since the latest one was taken. Both owners compare two recorded timestamps, so a
 * wrong clock costs transactions or doubt, but no call.
 *
 * <p>Without other commits, used intents are renewed after a second, so that the ledger lists their
 * calls, and unused intents after half of the time for which they stand. The intents of a partition
 * that is no longer active or is released are withdrawn, so that its next owner need not assume
 * running calls.
 *
 * <p>{@code docs/decisions/029-standing-intents.md} has the reasons.
 */
public final class StandingIntents {
    /** Intents stand for the free slots divided by this. */
    private static final int FREE_SLOTS_DIVISOR = 4;

    /** A partition without a new job for this long is not active. */
    private static final Duration ACTIVE = Duration.ofMinutes(1);

    /** Shortest time for which intents stand: longer than the pause between two transactions. */
    private static final Duration LEAST_TIME = Duration.ofMillis(250);

    /** Period over which the pace of a partition is measured. */
    private static final Duration PACE = Duration.ofSeconds(1);

    /**
     * Lowest number of intents that an active partition wants: enough for a few records, each with
     * the marker of its transaction.
     */
    private static final int LEAST = 8;

    /**
     * Lowest {@code worker.max_attempts} with standing intents. With fewer attempts, a job under
     * the intent of a dead owner could end without a call, or would have to run alone.
     */
    private static final int LEAST_ATTEMPTS = 3;

    private final PendingWrites pending;
    private final JobTopics topics;
    private final Predicate<Partition> hasReadyJobs;
    private final Capacity capacity;
    private final LoopClock clock;
    private final boolean isPossible;

    /** The paces of the partitions of critical lanes. */
    private final Map<Partition, Pace> paces = new HashMap<>();

    private boolean expectsCritical;

    /** The pace of one partition of a critical lane. */
    private static final class Pace {
        /** The frontier at the latest look. */
        long frontier;

        /** The frontier when the current period began. */
        long periodFrontier;

        long periodNanos;

        /** Offsets passed in the last whole period. */
        long offsets;

        /** Number of new jobs at the latest look. */
        long taken;

        /** When a new job was last seen to be taken. */
        long takenNanos;

        /** For how long the latest planned intents stand. */
        long plannedNanos;

        /** True if jobs were taken under the committed intents. */
        boolean isUsed;

        /** When jobs were first seen to be taken under the committed intents. */
        long usedNanos;

        Pace(long frontier, long nowNanos) {
            this.frontier = frontier;
            periodFrontier = frontier;
            periodNanos = nowNanos;
            takenNanos = nowNanos - ACTIVE.toNanos();
        }

        void onTick(long now, PartitionLedger ledger) {
            frontier = ledger.frontier();
            if (ledger.taken() != taken) {
                taken = ledger.taken();
                takenNanos = now;
            }
            if (now - periodNanos >= PACE.toNanos()) {
                offsets = frontier - periodFrontier;
                periodFrontier = frontier;
                periodNanos = now;
            }
        }

        void onUsed(boolean isUsedNow, long now) {
            usedNanos = isUsedNow && !isUsed ? now : usedNanos;
            isUsed = isUsedNow;
        }

        boolean isLongUsed(long now) {
            return isUsed && now - usedNanos >= PACE.toNanos();
        }

        boolean isActive(long now) {
            return now - takenNanos < ACTIVE.toNanos();
        }

        /**
         * Plans intents that are committed now, and returns the latest timestamp they stand for.
         */
        long plan(PartitionLedger ledger, long now, long windowNanos) {
            long least = Math.min(LEAST_TIME.toNanos(), windowNanos);
            plannedNanos = Math.clamp(2 * (now - takenNanos), least, windowNanos);
            return expectedTimestamp(ledger, now + plannedNanos);
        }

        /** Returns the timestamp of a job taken then that was under way as long as the latest. */
        long expectedTimestamp(PartitionLedger ledger, long nanos) {
            return ledger.lastTimestamp() + Duration.ofNanos(nanos - takenNanos).toMillis();
        }

        long wanted() {
            return Math.max(LEAST, Math.max(offsets, frontier - periodFrontier));
        }
    }

    /**
     * @param hasReadyJobs returns true for a partition with jobs that wait for their turn or for
     *     limits
     */
    public StandingIntents(
            PendingWrites pending,
            JobTopics topics,
            Predicate<Partition> hasReadyJobs,
            LoopContext context) {
        this.pending = pending;
        this.topics = topics;
        this.hasReadyJobs = hasReadyJobs;
        this.capacity = context.capacity();
        this.clock = context.clock();
        this.isPossible = context.config().maxAttempts() >= LEAST_ATTEMPTS;
    }

    /** Returns true if the first call of the job may start now, because its intent stands. */
    public boolean covers(Job job) {
        Partition partition = job.partition();
        return job.isUncalled()
                && mayStand(partition)
                && own(partition, partition.commits().usableIntents()).contains(job.offset())
                && job.record().timestamp() <= partition.commits().usableUntil()
                && isFresh(partition.commits());
    }

    /** Returns true if the call of a job that is polled next could start under an intent. */
    public boolean coversNext(Collection<Partition> partitions) {
        for (Partition partition : partitions) {
            Pace pace = paces.get(partition);
            PartitionLedger ledger = partition.ledger();
            if (pace != null
                    && mayStand(partition)
                    && own(partition, partition.commits().usableIntents())
                                    .countFrom(ledger.frontier())
                            > 0
                    && pace.expectedTimestamp(ledger, clock.nanos())
                            <= partition.commits().usableUntil()
                    && isFresh(partition.commits())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns a committed range; none if all its intents are inherited. Own intents may also stand
     * for later records below the end of the inherited ones.
     */
    private static OffsetRange own(Partition partition, OffsetRange range) {
        return range.to() > partition.ledger().inheritedTo() ? range : OffsetRange.NONE;
    }

    private boolean isFresh(CommitProgress commits) {
        return clock.nanos() - commits.begunNanos() < windowNanos();
    }

    private long windowNanos() {
        return topics.limits().orElse(JobTopics.Limits.DEFAULT).sendWindow().toNanos();
    }

    private boolean mayStand(Partition partition) {
        return isPossible
                && partition.isActive()
                && !partition.isStopped()
                && !partition.isTopicDeleted()
                && !partition.needsRestart();
    }

    /** Adds the ledgers whose intents are to be renewed or withdrawn to the next transaction. */
    public void onTick(Collection<Partition> partitions) {
        long now = clock.nanos();
        boolean isActive = false;
        boolean isDraining = false;
        for (Partition partition : partitions) {
            if (!partition.isActive()) {
                // A restart may take as long as the calls of its partition.
                isDraining |= partition.isOwned() && !partition.needsRestart();
            } else if (partition.lane().isCritical()) {
                Pace pace = pace(partition, now);
                pace.onTick(now, partition.ledger());
                isActive |= pace.isActive(now);
                if (mayStand(partition) && isDue(partition, pace, now)) {
                    pending.onLedgerChanged(partition);
                }
            }
        }
        expectsCritical = isActive && !isDraining;
        paces.keySet().removeIf(Partition::isGone);
    }

    /**
     * Returns true while critical jobs are likely to arrive: a partition of a critical lane is
     * active. Then turns and transactions are short, because a critical job waits for them. Returns
     * false while a partition is drained for its next owner, since its results must be written in
     * time.
     */
    public boolean expectsCritical() {
        return expectsCritical;
    }

    private Pace pace(Partition partition, long now) {
        Pace pace = paces.get(partition);
        if (pace == null) {
            pace = new Pace(partition.ledger().frontier(), now);
            paces.put(partition, pace);
        }
        return pace;
    }

    private boolean isDue(Partition partition, Pace pace, long now) {
        pace.onUsed(isUsed(partition), now);
        if (pace.isUsed) {
            return pace.isLongUsed(now);
        }
        long age = now - partition.commits().begunNanos();
        return hasOwn(partition) && (!pace.isActive(now) || age >= pace.plannedNanos / 2);
    }

    /** Returns true if jobs were taken under intents, which the committed ledger does not list. */
    private static boolean isUsed(Partition partition) {
        OffsetRange usable = own(partition, partition.commits().usableIntents());
        return usable.countFrom(0) > 0 && partition.ledger().frontier() > usable.from();
    }

    /** Returns true if intents without a record are committed that are not inherited. */
    private static boolean hasOwn(Partition partition) {
        return own(partition, partition.commits().standingIntents())
                        .countFrom(partition.ledger().frontier())
                > 0;
    }

    /** Withdraws the intents of a partition that is about to be released. */
    public void withdraw(Partition partition) {
        if (partition.isOwned() && hasOwn(partition)) {
            pending.onLedgerChanged(partition);
        }
    }

    /**
     * Sets the intents of the partitions that the next transaction writes. Intents of all other
     * partitions stay as they are committed.
     */
    void plan(Collection<Partition> written) {
        long now = clock.nanos();
        int active = (int) paces.values().stream().filter(pace -> pace.isActive(now)).count();
        int all = capacity.freeSlots() / FREE_SLOTS_DIVISOR;
        long left = all - standingElsewhere(written);
        for (Partition partition : written) {
            int offsets = 0;
            long until = 0;
            Pace pace = paces.get(partition);
            if (pace != null
                    && pace.isActive(now)
                    && mayStand(partition)
                    && !hasBacklog(partition)) {
                long most = Math.min(all / active, left);
                offsets = (int) Math.max(0, Math.min(pace.wanted(), most));
                until = pace.plan(partition.ledger(), now, windowNanos());
            }
            partition.ledger().setStandingIntents(offsets, until);
            left -= offsets;
        }
    }

    /** Returns true if jobs wait, so that later ones would not start at once. */
    private boolean hasBacklog(Partition partition) {
        return !partition.buffer().isEmpty() || hasReadyJobs.test(partition);
    }

    /**
     * Counts the committed intents of other partitions, including intents under which calls
     * started.
     */
    private long standingElsewhere(Collection<Partition> written) {
        long count = 0;
        var others = new HashSet<>(paces.keySet());
        others.removeAll(new HashSet<>(written));
        for (Partition partition : others) {
            if (partition.isOwned()) {
                count += own(partition, partition.commits().standingIntents()).countFrom(0);
            }
        }
        return count;
    }
}
