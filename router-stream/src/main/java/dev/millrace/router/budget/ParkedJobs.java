package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.router.budget.BudgetStore.QueueTotals;
import dev.millrace.router.budget.ParkedQueue.Parked;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.budget.Reserve.Funding;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedJobHandler;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
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
final class ParkedJobs implements PlannedJobHandler {
    private final BudgetStore store;
    private final Port port;
    private final Map<String, ParkedQueue> queues = new HashMap<>();

    /** The queues by tenant, in the order of their creation. */
    private final NavigableMap<String, NavigableMap<Long, ParkedQueue>> byTenant = new TreeMap<>();

    /** Number of queues that were created. */
    private long created;

    ParkedJobs(BudgetStore store, Port port) {
        this.store = store;
        this.port = port;
        store.queues().forEach(it -> open(it.key, "", it.value, BigDecimal.ZERO).readTenant());
        queues.values().forEach(this::list);
    }

    private ParkedQueue open(
            String group, String tenant, QueueTotals stored, @Nullable BigDecimal least) {
        var queue = new ParkedQueue(store.parked(), port, group, created++, tenant, stored, least);
        queues.put(group, queue);
        return queue;
    }

    private void list(ParkedQueue queue) {
        byTenant.computeIfAbsent(queue.tenant(), _ -> new TreeMap<>()).put(queue.number(), queue);
    }

    private void unlist(ParkedQueue queue) {
        byTenant.computeIfPresent(
                queue.tenant(),
                (_, of) -> {
                    of.remove(queue.number());
                    return of.isEmpty() ? null : of;
                });
    }

    /**
     * Returns the group of a job's queue.
     *
     * @param fundings what pays the job
     */
    static String group(String tenant, boolean isShared, List<Funding> fundings) {
        String batch = null;
        String apiKey = null;
        for (Funding funding : fundings) {
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
        ParkedQueue queue = queues.get(group);
        return queue != null && queue.hasNext();
    }

    boolean hasTenant(String tenant) {
        return byTenant.containsKey(tenant);
    }

    Collection<ParkedQueue> queues() {
        return queues.values();
    }

    /** Returns the tenant's next queue after those up to a number; null if there is none. */
    @Nullable ParkedQueue queueAfter(String tenant, long number) {
        NavigableMap<Long, ParkedQueue> ofTenant = byTenant.get(tenant);
        Map.Entry<Long, ParkedQueue> next = ofTenant == null ? null : ofTenant.higherEntry(number);
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
        String tenant = job.job().identity().tenant();
        long sequence = store.parked().nextSequence();
        store.parked().add(WaitingJob.of(group, sequence, job.job().headers()), job.encode());
        ParkedQueue queue = queues.get(group);
        if (queue == null) {
            queue = open(group, tenant, new QueueTotals(0, BigDecimal.ZERO, sequence), null);
        }
        if (queue.tenant().isEmpty()) {
            unlist(queue);
            queue.setTenant(tenant);
        }
        list(queue);
        queue.onAdded(Reserve.amount(job));
        store.put(group, queue.totals());
    }

    /** Moves a job to the end of another queue, whose budgets pay it now. */
    void move(Parked job, String group) {
        PlannedRecord moved = PlannedRecord.decode(stored(job));
        remove(job.waiting(), moved);
        park(moved, group);
        port.onMoved(job.waiting().jobId());
    }

    /** Returns the entry of a job. */
    byte[] stored(Parked job) {
        return store.parked().find(job.waiting().group(), job.sequence()).orElseThrow();
    }

    /**
     * Removes a job from its queue.
     *
     * @param stored the job as it was parked
     */
    void remove(WaitingJob waiting, PlannedRecord stored) {
        store.parked().remove(waiting);
        BigDecimal amount = Reserve.amount(stored);
        change(waiting.group(), waiting.sequence(), it -> it.remove(amount));
    }

    @Override
    public void end(WaitingJob waiting, PlannedRecord job, Rejection why) {
        remove(waiting, job);
        port.refuse(job, why);
    }

    @Override
    public Optional<WaitingJob> remove(String group, long sequence) {
        Optional<WaitingJob> job = store.parked().removeUnreadable(group, sequence);
        change(group, sequence, QueueTotals::removeUnreadable);
        return job;
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        port.bury(job, message);
    }

    private void change(String group, long sequence, UnaryOperator<QueueTotals> removal) {
        ParkedQueue queue = Objects.requireNonNull(queues.get(group));
        queue.onRemoved(sequence, removal.apply(queue.totals()));
        if (queue.totals().jobs() == 0) {
            queues.remove(group);
            unlist(queue);
            store.deleteQueue(group);
        } else {
            store.put(group, queue.totals());
        }
    }
}
