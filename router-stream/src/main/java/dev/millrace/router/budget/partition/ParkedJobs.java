package dev.millrace.router.budget.partition;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.partition.store.BudgetStore;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.budget.partition.store.JobQueue;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The parked jobs of a task, in queues: one for each tenant, and one for each batch with a budget
 * of its own. A queue keeps the order of its jobs.
 */
final class ParkedJobs {
    private final BudgetStore store;
    private final Map<String, Queue> queues = new HashMap<>();

    /**
     * The first job of a queue, without its record.
     *
     * @param declaredLimit limit that its batch has declared; null for none
     * @param amount amount that it needs
     * @param sinceMillis when it was parked
     */
    record Head(
            JobId jobId,
            String tenant,
            String batch,
            @Nullable BigDecimal declaredLimit,
            BigDecimal amount,
            long sinceMillis,
            WaitingJob waiting) {
        private static Head of(BudgetedJob job, WaitingJob waiting) {
            var identity = job.job().identity();
            return new Head(
                    waiting.jobId(),
                    waiting.tenant(),
                    waiting.batch(),
                    identity.batchLimitUsd(),
                    job.amount(),
                    job.sinceMillis(),
                    waiting);
        }
    }

    /** A queue with at least one job. */
    final class Queue {
        private final String group;
        private JobQueue stored;
        private @Nullable Head head;

        private Queue(String group, JobQueue stored) {
            this.group = group;
            this.stored = stored;
        }

        /** Returns the first job. */
        Head head() {
            if (head == null) {
                head = readHead();
            }
            return head;
        }

        private Head readHead() {
            var found = new AtomicReference<Head>();
            store.parked()
                    .visit(
                            group,
                            stored.from(),
                            Long.MAX_VALUE,
                            (sequence, entry) -> {
                                BudgetedJob job = BudgetedJob.decode(entry);
                                found.set(Head.of(job, job.toWaiting(group, sequence)));
                                return false;
                            });
            Head first = found.get();
            if (first == null) {
                throw new IllegalStateException("a queue of parked jobs has no job");
            }
            // Deleted entries before the first job need not be passed again.
            stored = stored.startAt(first.waiting().sequence());
            return first;
        }

        /** Returns the record of the first job. */
        BudgetedJob firstJob() {
            return BudgetedJob.decode(store.parked().find(head().waiting()).orElseThrow());
        }

        long jobs() {
            return stored.jobs();
        }

        /** Returns the sum of the amounts that the jobs need. */
        BigDecimal usd() {
            return stored.usd();
        }
    }

    ParkedJobs(BudgetStore store) {
        this.store = store;
        store.queues().forEach(it -> queues.put(it.key, new Queue(it.key, it.value)));
    }

    /**
     * Returns the group of a queue.
     *
     * @param batch null for the queue of the tenant
     */
    static String group(String tenant, @Nullable String batch) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            byte[] name = tenant.getBytes(UTF_8);
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
            sha256.update(name);
            if (batch != null) {
                sha256.update((byte) 1);
                sha256.update(batch.getBytes(UTF_8));
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    boolean has(String group) {
        return queues.containsKey(group);
    }

    Collection<Queue> queues() {
        return queues.values();
    }

    /** Adds a job at the end of a queue. */
    void park(BudgetedJob job, String group) {
        long sequence = store.parked().nextSequence();
        store.parked().add(job.toWaiting(group, sequence), job.encode());
        Queue queue =
                queues.computeIfAbsent(group, it -> new Queue(it, JobQueue.startingAt(sequence)));
        queue.stored = queue.stored.add(job.amount());
        store.put(group, queue.stored);
    }

    /** Removes a job from its queue. */
    void remove(WaitingJob waiting, BigDecimal amount) {
        Queue queue = Objects.requireNonNull(queues.get(waiting.group()));
        store.parked().remove(waiting);
        queue.stored = queue.stored.remove(amount);
        if (queue.head != null && queue.head.waiting().sequence() == waiting.sequence()) {
            queue.head = null;
            queue.stored = queue.stored.startAt(waiting.sequence() + 1);
        }
        if (queue.stored.jobs() == 0) {
            queues.remove(waiting.group());
            store.deleteQueue(waiting.group());
        } else {
            store.put(waiting.group(), queue.stored);
        }
    }
}
