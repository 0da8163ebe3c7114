package dev.millrace.router.budget.partition;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.router.budget.partition.JobReservations.FundingLease;
import dev.millrace.router.budget.partition.ParkedEntry.Parked;
import dev.millrace.router.budget.partition.ParkedEntry.Unreadable;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parked jobs of a task, in queues. Each tenant has a queue, and so has each batch, each API
 * key and each batch of an API key with a separate budget. A queue keeps the order of its jobs.
 * Jobs whose answer others may wait for have a queue of their own, since they may not wait behind
 * them.
 */
final class ParkedJobs {
    private final BudgetStore store;
    private final InternalErrors errors;
    private final UnaryOperator<PlannedJob> repricing;
    private final Map<String, Queue> queues = new HashMap<>();
    private final NavigableMap<String, NavigableMap<Long, Queue>> byTenant = new TreeMap<>();

    /** Number of queues that were created. */
    private long created;

    /**
     * A queue with at least one job. Its tenant is empty if none of its jobs can be read.
     *
     * <pre>
     * unaffordable jobs, which wait aside │ the first job, which is served next │ later jobs
     *                                     next
     * </pre>
     */
    final class Queue {
        private final String group;

        /** Queues are numbered in the order of their creation. */
        private final long number = created++;

        private String tenant;
        private JobQueue stored;
        private @Nullable ParkedEntry first;
        private UnaffordableJobs aside = UnaffordableJobs.NONE;

        /** The position after the jobs that wait aside. */
        private long next;

        /** A lower bound of the amounts that the jobs from {@link #next} on need; null for none. */
        private @Nullable BigDecimal least;

        /**
         * @param least lower bound of the amounts that the jobs need; null if there are none
         */
        private Queue(String group, String tenant, JobQueue stored, @Nullable BigDecimal least) {
            this.group = group;
            this.tenant = tenant;
            this.stored = stored;
            this.next = stored.from();
            this.least = least;
        }

        /** Returns the first entry that does not wait aside; null if all jobs do. */
        @Nullable ParkedEntry first() {
            if (first == null && aside.jobs() < stored.jobs()) {
                first = readFirst();
            }
            return first;
        }

        private ParkedEntry readFirst() {
            var found = new AtomicReference<ParkedEntry>();
            store.parked()
                    .visit(
                            group,
                            next,
                            Long.MAX_VALUE,
                            (sequence, entry) -> {
                                found.set(read(sequence, entry));
                                return false;
                            });
            ParkedEntry read = found.get();
            if (read == null) {
                throw new IllegalStateException("a queue of parked jobs has no job");
            }
            // Deleted entries before the first job need not be passed again.
            next = read.sequence();
            if (aside.jobs() == 0) {
                stored = stored.startAt(next);
            }
            return read;
        }

        private ParkedEntry read(long sequence, byte[] entry) {
            return errors.decide(
                    BudgetServices.STEP,
                    null,
                    () -> {
                        PlannedRecord job = PlannedRecord.decode(entry);
                        BigDecimal needed = job.with(repricing).neededUsd();
                        WaitingJob waiting = WaitingJob.of(group, sequence, job.job().headers());
                        return Parked.of(job, needed, waiting, entry.length);
                    },
                    message -> new Unreadable(group, sequence, entry, message));
        }

        /** Returns the tenant of the first job that can be read; empty if there is none. */
        private String readTenant() {
            var found = new AtomicReference<>("");
            store.parked()
                    .visit(
                            group,
                            stored.from(),
                            Long.MAX_VALUE,
                            (_, entry) -> {
                                found.set(tenant(entry));
                                return found.get().isEmpty();
                            });
            return found.get();
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
                                stored.jobs() - aside.jobs(),
                                stored.usd().subtract(aside.usd()),
                                least);
                next = store.parked().nextSequence();
                least = null;
            } else {
                aside = aside.add(job);
                next = job.sequence() + 1;
                least = aside.jobs() == stored.jobs() ? null : least;
            }
            first = null;
        }

        /** Lets no job wait aside any more. */
        void recallAside() {
            BigDecimal asideLeast = aside.least();
            if (asideLeast != null) {
                least = least == null ? asideLeast : least.min(asideLeast);
            }
            aside = UnaffordableJobs.NONE;
            next = stored.from();
            first = null;
        }

        /** Returns the jobs that wait aside. */
        UnaffordableJobs aside() {
            return aside;
        }

        /** Returns when the longest-waiting job was parked; the job can have left since. */
        long oldestMillis() {
            Parked earliest = aside.first();
            return earliest == null
                    ? Objects.requireNonNull(first()).sinceMillis()
                    : earliest.sinceMillis();
        }

        private void onAdded(BigDecimal amount) {
            stored = stored.add(amount);
            least = least == null ? amount : least.min(amount);
        }

        private void onRemoved(long sequence, JobQueue after) {
            BigDecimal amount = stored.usd().subtract(after.usd());
            stored = after;
            if (sequence < next) {
                aside = aside.remove(amount);
            } else if (first != null && first.sequence() == sequence) {
                first = null;
                next = sequence + 1;
                stored = aside.jobs() == 0 ? stored.startAt(next) : stored;
            }
        }

        long number() {
            return number;
        }

        long jobs() {
            return stored.jobs();
        }

        /** Returns the total needed by jobs that do not wait aside. */
        BigDecimal usd() {
            return stored.usd().subtract(aside.usd()).max(BigDecimal.ZERO);
        }
    }

    /**
     * @param repricing computes the highest cost of a parked job at the current prices
     */
    ParkedJobs(BudgetStore store, InternalErrors errors, UnaryOperator<PlannedJob> repricing) {
        this.store = store;
        this.errors = errors;
        this.repricing = repricing;
        store.queues().forEach(it -> add(opened(it.key, it.value)));
    }

    private Queue opened(String group, JobQueue stored) {
        // The amounts are unknown until each job has been read.
        var queue = new Queue(group, "", stored, BigDecimal.ZERO);
        queue.tenant =
                queue.first() instanceof Parked job ? job.waiting().tenant() : queue.readTenant();
        return queue;
    }

    private Queue add(Queue queue) {
        queues.put(queue.group, queue);
        list(queue);
        return queue;
    }

    private void list(Queue queue) {
        byTenant.computeIfAbsent(queue.tenant, _ -> new TreeMap<>()).put(queue.number, queue);
    }

    private void delete(Queue queue) {
        queues.remove(queue.group);
        unlist(queue);
        store.deleteQueue(queue.group);
    }

    private void unlist(Queue queue) {
        byTenant.computeIfPresent(
                queue.tenant,
                (_, of) -> {
                    of.remove(queue.number);
                    return of.isEmpty() ? null : of;
                });
    }

    /**
     * Returns the group of a job's queue.
     *
     * @param fundingLeases leases that pay the job
     */
    static String group(String tenant, boolean isShared, List<FundingLease> fundingLeases) {
        String batch = null;
        String apiKey = null;
        for (FundingLease funding : fundingLeases) {
            switch (funding.account().id()) {
                case ControlKey.TenantBudget _ -> {}
                case ControlKey.BatchBudget own -> batch = own.batch();
                case ControlKey.KeyBudget own -> apiKey = own.key();
            }
        }
        return group(tenant, batch, apiKey, isShared);
    }

    /**
     * Returns the group of a queue.
     *
     * @param batch batch with a separate budget; null for none
     * @param apiKey API key with a separate budget; null for none
     * @param isShared true for jobs whose answer identical jobs may wait for
     */
    static String group(
            String tenant, @Nullable String batch, @Nullable String apiKey, boolean isShared) {
        var sha256 = Sha256.create();
        Sha256.add(sha256, tenant);
        if (isShared) {
            sha256.update((byte) 3);
        }
        if (apiKey != null) {
            sha256.update((byte) 2);
            Sha256.add(sha256, apiKey);
        }
        if (batch != null) {
            sha256.update((byte) 1);
            sha256.update(batch.getBytes(UTF_8));
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** Returns true if any job of the queue does not wait aside. */
    boolean hasNext(String group) {
        Queue queue = queues.get(group);
        return queue != null && queue.aside.jobs() < queue.stored.jobs();
    }

    boolean hasTenant(String tenant) {
        return byTenant.containsKey(tenant);
    }

    Collection<Queue> queues() {
        return queues.values();
    }

    /** Returns the tenant's next queue after those up to a number; null if there is none. */
    @Nullable Queue queueAfter(String tenant, long number) {
        NavigableMap<Long, Queue> ofTenant = byTenant.get(tenant);
        Map.Entry<Long, Queue> next = ofTenant == null ? null : ofTenant.higherEntry(number);
        return next == null ? null : next.getValue();
    }

    /** Returns all tenants with a queue. */
    Set<String> tenants() {
        return byTenant.keySet();
    }

    /**
     * Returns at most the given number of tenants with a queue, starting after the given tenant.
     */
    Deque<String> tenantsAfter(String tenant, int max) {
        return Stream.concat(
                        byTenant.tailMap(tenant, false).keySet().stream(),
                        byTenant.headMap(tenant, true).keySet().stream())
                .limit(max)
                .collect(Collectors.toCollection(ArrayDeque::new));
    }

    /** Adds a job at the end of a queue. */
    void park(PlannedRecord job, String group) {
        long sequence = store.parked().nextSequence();
        store.parked().add(WaitingJob.of(group, sequence, job.job().headers()), job.encode());
        Queue known = queues.get(group);
        Queue queue =
                known != null
                        ? known
                        : add(
                                new Queue(
                                        group,
                                        job.job().identity().tenant(),
                                        JobQueue.startingAt(sequence),
                                        null));
        if (queue.tenant.isEmpty()) {
            unlist(queue);
            queue.tenant = job.job().identity().tenant();
            list(queue);
        }
        queue.onAdded(job.neededUsd());
        store.put(group, queue.stored);
    }

    /** Moves a job to the end of another queue, whose budgets pay it now. */
    void move(Parked job, String group) {
        PlannedRecord moved = PlannedRecord.decode(stored(job));
        remove(job.waiting(), moved.neededUsd());
        park(moved, group);
    }

    /** Returns the entry of a job. */
    byte[] stored(Parked job) {
        return store.parked().find(job.waiting().group(), job.sequence()).orElseThrow();
    }

    /**
     * Removes a job from its queue.
     *
     * @param amount amount that it needed when it was parked
     */
    void remove(WaitingJob waiting, BigDecimal amount) {
        store.parked().remove(waiting);
        change(waiting.group(), waiting.sequence(), it -> it.remove(amount));
    }

    /** Removes an unreadable entry, and returns its job; empty if nothing names the job. */
    Optional<WaitingJob> removeUnreadable(String group, long sequence) {
        Optional<WaitingJob> job = store.parked().removeUnreadable(group, sequence);
        change(group, sequence, JobQueue::removeUnreadable);
        return job;
    }

    private void change(String group, long sequence, UnaryOperator<JobQueue> removal) {
        Queue queue = Objects.requireNonNull(queues.get(group));
        queue.onRemoved(sequence, removal.apply(queue.stored));
        if (queue.stored.jobs() == 0) {
            delete(queue);
        } else {
            store.put(group, queue.stored);
        }
    }
}
