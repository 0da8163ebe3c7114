package dev.millrace.router.budget.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.partition.BudgetWorld.Job;
import dev.millrace.router.budget.partition.BudgetWorld.Running;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random history of one limit, which comes, rises, falls and goes while jobs of a tenant without
 * a configured budget are routed, wait in workers, and are called. Partitions, the owner of the
 * accounts and workers read control at different times. Calls start, fail, and end in any order.
 *
 * <p>A limit is acknowledged once all workers have read it. From then on, calls together cost at
 * most the limit and the highest cost of calls in flight. The limit begins with what partitions
 * knew as spent when it was set.
 */
final class NewLimitSimulation {
    private static final String TENANT = "free";
    private static final String BATCH = "batch";
    private static final int MAX_JOB_USD = 6;
    private static final int MAX_LIMIT_USD = 120;
    private static final int MAX_ROUNDS = 20_000;
    private static final BigDecimal PLENTY = new BigDecimal("1000000");

    /** A deliberate fault. */
    enum Fault {
        NONE,
        /** Workers call all that they have. */
        WORKERS_IGNORE_LIMITS,
        /** Workers notice a first limit, and no lower one. */
        WORKERS_IGNORE_FALLS,
        /** Partitions reserve money that was lent under an earlier limit. */
        EARLIER_MONEY_IS_RESERVED,
        /** Partitions forget what was spent without a limit. */
        EARLIER_COSTS_ARE_FORGOTTEN
    }

    private final BudgetWorld world;
    private final Random random;
    private final Fault fault;
    private final ControlKey.Limit key;

    /** What each worker has read of control. */
    private final List<ControlState> workers = new ArrayList<>();

    /** The calls in flight, with their highest costs. */
    private final Map<Running, BigDecimal> calls = new HashMap<>();

    /** The sum of all calls that have ended. */
    private BigDecimal spent = BigDecimal.ZERO;

    /** The limit that was set last; null without one. */
    private @Nullable Bound latest;

    /** The limit that all workers have read; null without one. */
    private @Nullable Bound acknowledged;

    /**
     * What all calls may cost together.
     *
     * @param limit in US dollars
     * @param known what partitions knew as spent when the limit was first set or last lowered
     * @param unknown the most that other calls cost which have started before all workers knew it
     */
    private record Bound(BigDecimal limit, BigDecimal known, BigDecimal unknown) {
        BigDecimal most() {
            return limit.max(known).add(unknown);
        }

        Bound raisedTo(BigDecimal usd) {
            return new Bound(usd, known, unknown);
        }

        Bound withCall(BigDecimal usd) {
            return new Bound(limit, known, unknown.add(usd));
        }
    }

    NewLimitSimulation(long seed, Fault fault) {
        random = new Random(seed);
        this.fault = fault;
        world = new BudgetWorld(1 + random.nextInt(4));
        world.areAllCallsReserved = false;
        if (fault == Fault.EARLIER_MONEY_IS_RESERVED) {
            world.fault = BudgetWorld.Fault.EARLIER_MONEY_IS_RESERVED;
        }
        if (fault == Fault.EARLIER_COSTS_ARE_FORGOTTEN) {
            world.partitions.forEach(it -> it.store.lose('S'));
        }
        key =
                random.nextBoolean()
                        ? new ControlKey.TenantLimit(TENANT)
                        : new ControlKey.BatchLimit(TENANT, BATCH);
        for (int i = 0; i < 2; i++) {
            workers.add(world.control);
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        set(PLENTY);
        finish();
        for (Job job : world.jobs.values()) {
            long called = world.ended.stream().filter(job.id()::equals).count();
            long refused = world.refused.stream().filter(it -> it.job().equals(job)).count();
            assertThat(called + refused).as("ends of " + job).isEqualTo(1);
        }
        assertThat(world.meters.find("millrace.router.internal.errors").counters()).isEmpty();
    }

    private PartitionWorld partition() {
        return world.partitions.get(random.nextInt(world.partitions.size()));
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1 -> submit();
            case 2, 3, 4 -> partition().readRequest();
            case 5, 6, 7 -> start();
            case 8, 9, 10 -> end();
            case 11, 12 -> partition().readCost();
            case 13, 14 -> partition().readGrant();
            case 15, 16, 17 -> stepOwner();
            case 18, 19 -> tick();
            case 20, 21 -> partition().commit();
            case 22 -> read(random.nextInt(workers.size()));
            default -> rarely();
        }
    }

    private void stepOwner() {
        switch (random.nextInt(4)) {
            case 0 -> world.owner.readControl();
            case 1 -> world.owner.commit();
            default -> {
                world.owner.readReport();
                world.owner.tick();
            }
        }
    }

    private void rarely() {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> set(BigDecimal.valueOf(1 + random.nextInt(MAX_LIMIT_USD)));
            case 3 -> clear();
            case 4 -> world.owner.crash();
            case 5 -> partition().rewindReturns(random.nextInt(3));
            default -> world.clock.advance(Duration.ofMillis(random.nextInt(500)));
        }
    }

    private void tick() {
        world.clock.advance(Duration.ofMillis(10));
        partition().tick();
    }

    private void submit() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            Job job = world.job(TENANT, BATCH, null, 1 + random.nextInt(MAX_JOB_USD), null);
            partition().requests.add(job);
        }
    }

    private void set(BigDecimal usd) {
        ControlState.Budgets budgets = world.control.budgets();
        BudgetLimit before = budgets.limits().get(key);
        BudgetLimit limit =
                new BudgetLimit(usd, world.clock.instant(), "me")
                        .after(before, budgets.latestLimit());
        world.publish(new ControlRecord(key, limit.toJson()));
        if (before == null || usd.compareTo(before.limitUsd()) < 0) {
            BigDecimal unread = unreadUsd();
            latest = new Bound(usd, spent.subtract(unread), unread);
            calls.values().forEach(this::addUnknown);
        } else {
            latest = latest == null ? null : latest.raisedTo(usd);
            acknowledged = acknowledged == null ? null : acknowledged.raisedTo(usd);
        }
    }

    private BigDecimal unreadUsd() {
        return world.partitions.stream()
                .map(PartitionWorld::unreadUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private void addUnknown(BigDecimal usd) {
        latest = latest == null ? null : latest.withCall(usd);
    }

    private void clear() {
        world.publish(ControlRecord.removal(key));
        latest = null;
        acknowledged = null;
    }

    /** Lets a worker read control to its end. */
    private void read(int worker) {
        workers.set(worker, world.control);
        if (latest != null && workers.stream().allMatch(this::knowsLimit)) {
            acknowledged = latest;
        }
    }

    private boolean knowsLimit(ControlState known) {
        BudgetLimit limit = known.budgets().limits().get(key);
        BudgetLimit current = world.control.budgets().limits().get(key);
        return limit != null && current != null && limit.since().equals(current.since());
    }

    private boolean start() {
        List<Running> waiting =
                world.running.stream().filter(it -> !calls.containsKey(it)).toList();
        if (waiting.isEmpty()) {
            return false;
        }
        Running job = waiting.get(random.nextInt(waiting.size()));
        if (needsReservation(job)) {
            world.giveBack(job);
        } else {
            calls.put(job, job.job.amount());
            if (!workers.stream().allMatch(this::knowsLimit)) {
                addUnknown(job.job.amount());
            }
        }
        return true;
    }

    private boolean needsReservation(Running job) {
        var headers = job.record.job().headers();
        ControlState known = workers.get(job.partition % workers.size());
        return switch (fault) {
            case WORKERS_IGNORE_LIMITS -> false;
            case WORKERS_IGNORE_FALLS ->
                    job.record.costLimit().reserved().limits().isEmpty()
                            && known.budgets().needsReservation(headers);
            default -> known.budgets().needsReservation(headers);
        };
    }

    private boolean end() {
        List<Running> running = world.running.stream().filter(calls::containsKey).toList();
        if (running.isEmpty()) {
            return false;
        }
        Running job = running.get(random.nextInt(running.size()));
        int most = calls.remove(job).intValue();
        var cost = BigDecimal.valueOf(random.nextInt(most + 1));
        spent = spent.add(cost);
        world.partitions.get(job.partition).costs.add(world.bill(job, cost, random.nextInt(4) > 0));
        if (acknowledged != null) {
            assertThat(spent)
                    .as("spent under the acknowledged " + acknowledged)
                    .isLessThanOrEqualTo(acknowledged.most());
        }
        return true;
    }

    /** Reads, calls and ends everything. */
    private void finish() {
        for (int round = 0; isUnfinished(); round++) {
            assertThat(round).as("rounds until all jobs have ended").isLessThan(MAX_ROUNDS);
            world.owner.readControl();
            world.owner.readReport();
            world.owner.tick();
            world.owner.commit();
            for (PartitionWorld one : world.partitions) {
                one.readRequest();
                one.readGrant();
                one.readCost();
                one.tick();
                one.commit();
            }
            for (int i = 0; i < workers.size(); i++) {
                read(i);
            }
            var _ = start();
            var _ = end();
            world.clock.advance(Duration.ofMillis(20));
        }
    }

    private boolean isUnfinished() {
        return world.ended.size() + world.refused.size() < world.jobs.size() || world.hasUnread();
    }
}
