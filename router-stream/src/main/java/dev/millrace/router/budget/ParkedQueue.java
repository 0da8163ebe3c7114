package dev.millrace.router.budget;

import dev.millrace.router.budget.BudgetStore.QueueTotals;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A queue with at least one parked job. Its tenant is empty if none of its jobs can be read.
 *
 * <pre>
 * unaffordable jobs, which wait aside │ the first job, which is served next │ later jobs
 *                                     next
 * </pre>
 *
 * <p>Jobs that need more money than one of their accounts has left wait aside, and hold up no later
 * job. Only memory knows them: after a restart, each job is read again.
 */
final class ParkedQueue {
    private final WaitingJobStore jobs;
    private final Port port;
    private final String group;
    private final long number;
    private String tenant;
    private QueueTotals totals;
    private @Nullable Entry first;
    private Aside aside = Aside.NONE;

    /** The position after the jobs that wait aside. */
    private long next;

    /** A lower bound of the amounts that the jobs from {@link #next} on need; null for none. */
    private @Nullable BigDecimal least;

    /** The entry of a parked job: its facts, or its bytes if it cannot be read. */
    sealed interface Entry {
        /** Returns when the job was parked, in milliseconds since the epoch. */
        long sinceMillis();

        /** Returns the position of the job, which no other job has. */
        long sequence();
    }

    /**
     * A parked job, without its record.
     *
     * @param apiKey id of the API key that submitted it; null for none
     * @param declaredLimit limit that its batch has declared; null for none
     * @param isShared true if it was called, and identical jobs may wait for its answer
     * @param amount amount that it needs at the current prices
     * @param sinceMillis when it was parked, in milliseconds since the epoch
     * @param bytes size of its entry
     */
    record Parked(
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit,
            boolean isShared,
            BigDecimal amount,
            long sinceMillis,
            WaitingJob waiting,
            int bytes)
            implements Entry {
        @Override
        public long sequence() {
            return waiting.sequence();
        }
    }

    /**
     * An unreadable entry. It precedes all jobs, so that it is removed first.
     *
     * @param message internal error
     */
    record Unreadable(String group, long sequence, byte[] entry, String message) implements Entry {
        @Override
        public long sinceMillis() {
            return 0;
        }
    }

    /**
     * The jobs that wait aside.
     *
     * @param usd sum of the amounts that the jobs need
     * @param first the longest-waiting job; null for none
     * @param least lower bound of the amounts; null for none
     */
    record Aside(long jobs, BigDecimal usd, @Nullable Parked first, @Nullable BigDecimal least) {
        private static final Aside NONE = new Aside(0, BigDecimal.ZERO, null, null);

        /** Returns the jobs for a report. */
        Unaffordable unaffordable() {
            return new Unaffordable(jobs, least);
        }

        /**
         * Adds jobs.
         *
         * @param earliest the longest-waiting one
         * @param lowest lower bound of their amounts
         */
        private Aside add(Parked earliest, long count, BigDecimal sum, BigDecimal lowest) {
            return new Aside(
                    jobs + count,
                    usd.add(sum),
                    first == null ? earliest : first,
                    least == null ? lowest : least.min(lowest));
        }

        /** Removes a job. The bounds stay. */
        private Aside remove(BigDecimal amount) {
            return jobs == 1 ? NONE : new Aside(jobs - 1, usd.subtract(amount), first, least);
        }
    }

    /**
     * @param number the number of queues that were created before
     * @param tenant empty if unknown
     * @param least lower bound of the amounts that the jobs need; zero if unknown, null if there
     *     are no jobs
     */
    ParkedQueue(
            WaitingJobStore jobs,
            Port port,
            String group,
            long number,
            String tenant,
            QueueTotals totals,
            @Nullable BigDecimal least) {
        this.jobs = jobs;
        this.port = port;
        this.group = group;
        this.number = number;
        this.tenant = tenant;
        this.totals = totals;
        this.least = least;
        next = totals.from();
    }

    long number() {
        return number;
    }

    String tenant() {
        return tenant;
    }

    QueueTotals totals() {
        return totals;
    }

    Aside aside() {
        return aside;
    }

    void setTenant(String found) {
        tenant = found;
    }

    /** Returns the total needed by jobs that do not wait aside. */
    BigDecimal usd() {
        return totals.usd().subtract(aside.usd()).max(BigDecimal.ZERO);
    }

    /** Returns true if any job does not wait aside. */
    boolean hasNext() {
        return aside.jobs() < totals.jobs();
    }

    /** Returns the first entry that does not wait aside; null if all jobs do. */
    @Nullable Entry first() {
        if (first == null && hasNext()) {
            first = readFirst();
        }
        return first;
    }

    /** Reads the first entry again, whose amount has changed. */
    void forgetFirst() {
        first = null;
    }

    private Entry readFirst() {
        var found = new AtomicReference<@Nullable Entry>();
        jobs.visit(
                group,
                next,
                Long.MAX_VALUE,
                (sequence, entry) -> {
                    found.set(read(sequence, entry));
                    return false;
                });
        Entry read = Objects.requireNonNull(found.get(), "a queue of parked jobs has no job");
        // Deleted entries before the first job need not be passed again.
        skipTo(read.sequence());
        return read;
    }

    private void skipTo(long sequence) {
        next = sequence;
        if (aside.jobs() == 0) {
            totals = new QueueTotals(totals.jobs(), totals.usd(), sequence);
        }
    }

    private Entry read(long sequence, byte[] entry) {
        return port.errors()
                .decide(
                        PartitionBudgets.STEP,
                        null,
                        () -> parked(sequence, entry),
                        message -> new Unreadable(group, sequence, entry, message));
    }

    private Entry parked(long sequence, byte[] entry) {
        PlannedRecord job = PlannedRecord.decode(entry);
        JobIdentity identity = job.job().identity();
        return new Parked(
                identity.apiKey(),
                identity.batchLimitUsd(),
                job.isShared(),
                Reserve.amount(job.with(port::atCurrentPrices)),
                job.sinceMillis(),
                WaitingJob.of(group, sequence, job.job().headers()),
                entry.length);
    }

    /** Finds the tenant of the first job that can be read; empty if there is none. */
    void readTenant() {
        if (first() instanceof Parked job) {
            tenant = job.waiting().tenant();
            return;
        }
        jobs.visit(
                group,
                totals.from(),
                Long.MAX_VALUE,
                (_, entry) -> {
                    tenant = tenant(entry);
                    return tenant.isEmpty();
                });
    }

    private static String tenant(byte[] entry) {
        try {
            return PlannedRecord.decode(entry).job().identity().tenant();
        } catch (RuntimeException e) {
            return "";
        }
    }

    /**
     * Sets the first job aside, and all later ones too if none of them needs less.
     *
     * @param left amount that the accounts of the queue have left
     */
    void setAside(Parked job, BigDecimal left) {
        // Zero stands for an unknown bound, as after a restart.
        if (least != null && least.signum() > 0 && least.compareTo(left) > 0) {
            aside =
                    aside.add(
                            job,
                            totals.jobs() - aside.jobs(),
                            totals.usd().subtract(aside.usd()),
                            least);
            next = jobs.nextSequence();
        } else {
            aside = aside.add(job, 1, job.amount(), job.amount());
            next = job.sequence() + 1;
        }
        least = hasNext() ? least : null;
        first = null;
    }

    /** Lets no job wait aside any more. */
    void recallAside() {
        BigDecimal asideLeast = aside.least();
        if (asideLeast != null) {
            least = least == null ? asideLeast : least.min(asideLeast);
        }
        aside = Aside.NONE;
        next = totals.from();
        first = null;
    }

    /** Returns when the longest-waiting job was parked; the job can have left since. */
    long oldestMillis() {
        Parked earliest = aside.first();
        return earliest == null
                ? Objects.requireNonNull(first()).sinceMillis()
                : earliest.sinceMillis();
    }

    void onAdded(BigDecimal amount) {
        totals = totals.add(amount);
        least = least == null ? amount : least.min(amount);
    }

    void onRemoved(long sequence, QueueTotals after) {
        BigDecimal amount = totals.usd().subtract(after.usd());
        totals = after;
        if (sequence < next) {
            aside = aside.remove(amount);
        } else if (first != null && first.sequence() == sequence) {
            first = null;
            skipTo(sequence + 1);
        }
    }
}
