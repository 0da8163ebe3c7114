package dev.millrace.router.budget.partition;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.partition.store.BudgetStore;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.budget.partition.store.JobQueue;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parked jobs of a task, in queues: one for each tenant, and one for each batch, each API key
 * and each batch of an API key with a budget of its own. A queue keeps the order of its jobs.
 */
final class ParkedJobs {
    private final BudgetStore store;
    private final InternalErrors errors;
    private final UnaryOperator<PlannedJob> repricing;
    private final Map<String, Queue> queues = new HashMap<>();
    private final NavigableMap<String, Set<Queue>> byTenant = new TreeMap<>();

    /** The first entry of a queue. */
    sealed interface First {
        /** Returns when the job was parked. */
        long sinceMillis();

        /** Returns the position of the job, which no other job has. */
        long sequence();
    }

    /**
     * The first job of a queue, without its record.
     *
     * @param apiKey id of the API key that submitted it; null for none
     * @param declaredLimit limit that its batch has declared; null for none
     * @param amount amount that it needs at the current prices
     * @param sinceMillis when it was parked
     */
    record Head(
            JobId jobId,
            String tenant,
            String batch,
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit,
            BigDecimal amount,
            long sinceMillis,
            WaitingJob waiting)
            implements First {
        @Override
        public long sequence() {
            return waiting.sequence();
        }

        private static Head of(BudgetedJob job, BigDecimal amount, WaitingJob waiting) {
            var identity = job.job().identity();
            return new Head(
                    waiting.jobId(),
                    waiting.tenant(),
                    waiting.batch(),
                    identity.apiKey(),
                    identity.batchLimitUsd(),
                    amount,
                    job.sinceMillis(),
                    waiting);
        }
    }

    /**
     * An entry that cannot be read. It comes before all jobs, since it must not stay.
     *
     * @param message internal error
     */
    record Unreadable(String group, long sequence, byte[] entry, String message) implements First {
        @Override
        public long sinceMillis() {
            return 0;
        }
    }

    /** A queue with at least one job. Its tenant is empty if none of its jobs can be read. */
    final class Queue {
        private final String group;
        private String tenant;
        private JobQueue stored;
        private @Nullable First first;

        private Queue(String group, String tenant, JobQueue stored) {
            this.group = group;
            this.tenant = tenant;
            this.stored = stored;
        }

        /** Returns the first entry. */
        First first() {
            if (first == null) {
                first = readFirst();
            }
            return first;
        }

        private First readFirst() {
            var found = new AtomicReference<First>();
            store.parked()
                    .visit(
                            group,
                            stored.from(),
                            Long.MAX_VALUE,
                            (sequence, entry) -> {
                                found.set(read(sequence, entry));
                                return false;
                            });
            First read = found.get();
            if (read == null) {
                throw new IllegalStateException("a queue of parked jobs has no job");
            }
            // Deleted entries before the first job need not be passed again.
            stored = stored.startAt(read.sequence());
            return read;
        }

        private First read(long sequence, byte[] entry) {
            return errors.decide(
                    BudgetServices.STEP,
                    null,
                    () -> {
                        BudgetedJob job = BudgetedJob.decode(entry);
                        BigDecimal amount = job.with(repricing).amount();
                        return Head.of(job, amount, job.toWaiting(group, sequence));
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
                return BudgetedJob.decode(entry).job().identity().tenant();
            } catch (RuntimeException e) {
                return "";
            }
        }

        /** Forgets the first entry if it has left the queue. */
        private void onRemoved(long sequence) {
            if (first != null && first.sequence() == sequence) {
                first = null;
                stored = stored.startAt(sequence + 1);
            }
        }

        long jobs() {
            return stored.jobs();
        }

        /** Returns the sum of the amounts that the jobs need. */
        BigDecimal usd() {
            return stored.usd();
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
        var queue = new Queue(group, "", stored);
        queue.tenant = queue.first() instanceof Head head ? head.tenant() : queue.readTenant();
        return queue;
    }

    private Queue add(Queue queue) {
        queues.put(queue.group, queue);
        list(queue);
        return queue;
    }

    private void list(Queue queue) {
        byTenant.computeIfAbsent(queue.tenant, _ -> new HashSet<>()).add(queue);
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
                    of.remove(queue);
                    return of.isEmpty() ? null : of;
                });
    }

    /**
     * Returns the group of a queue.
     *
     * @param batch batch with a budget of its own; null for none
     * @param apiKey API key with a budget of its own; null for none
     */
    static String group(String tenant, @Nullable String batch, @Nullable String apiKey) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            update(sha256, tenant);
            if (apiKey != null) {
                sha256.update((byte) 2);
                update(sha256, apiKey);
            }
            if (batch != null) {
                sha256.update((byte) 1);
                sha256.update(batch.getBytes(UTF_8));
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String name) {
        byte[] bytes = name.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    boolean has(String group) {
        return queues.containsKey(group);
    }

    boolean hasTenant(String tenant) {
        return byTenant.containsKey(tenant);
    }

    Collection<Queue> queues() {
        return queues.values();
    }

    Collection<Queue> queues(String tenant) {
        return byTenant.getOrDefault(tenant, Set.of());
    }

    /** Returns all tenants with a queue. */
    Set<String> tenants() {
        return byTenant.keySet();
    }

    /** Returns all tenants with a queue, beginning after the given one. */
    Deque<String> tenantsAfter(String tenant) {
        Deque<String> tenants = new ArrayDeque<>(byTenant.tailMap(tenant, false).keySet());
        tenants.addAll(byTenant.headMap(tenant, true).keySet());
        return tenants;
    }

    /** Adds a job at the end of a queue. */
    void park(BudgetedJob job, String group) {
        long sequence = store.parked().nextSequence();
        store.parked().add(job.toWaiting(group, sequence), job.encode());
        Queue known = queues.get(group);
        Queue queue =
                known != null
                        ? known
                        : add(
                                new Queue(
                                        group,
                                        job.job().identity().tenant(),
                                        JobQueue.startingAt(sequence)));
        if (queue.tenant.isEmpty()) {
            unlist(queue);
            queue.tenant = job.job().identity().tenant();
            list(queue);
        }
        queue.stored = queue.stored.add(job.amount());
        store.put(group, queue.stored);
    }

    /** Returns the entry of a job. */
    byte[] stored(Head head) {
        return store.parked().find(head.waiting()).orElseThrow();
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

    /** Removes a job whose record cannot be read. */
    void removeUnreadable(WaitingJob waiting) {
        store.parked().remove(waiting);
        change(waiting.group(), waiting.sequence(), JobQueue::removeUnreadable);
    }

    /** Removes an unreadable entry, and returns its job; empty if nothing names the job. */
    Optional<WaitingJob> remove(Unreadable entry) {
        Optional<WaitingJob> job = store.parked().removeUnreadable(entry.group(), entry.sequence());
        change(entry.group(), entry.sequence(), JobQueue::removeUnreadable);
        return job;
    }

    private void change(String group, long sequence, UnaryOperator<JobQueue> removal) {
        Queue queue = Objects.requireNonNull(queues.get(group));
        queue.stored = removal.apply(queue.stored);
        queue.onRemoved(sequence);
        if (queue.stored.jobs() == 0) {
            delete(queue);
        } else {
            store.put(group, queue.stored);
        }
    }
}
