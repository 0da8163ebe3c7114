package dev.millrace.router.budget;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.BudgetWorld.Fault;
import dev.millrace.router.entry.TreeStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * The owner of the accounts between its topics, with transactions: a turn's reads, store writes and
 * messages are committed together, or not at all. It reads control later than partitions do.
 */
final class OwnerWorld {
    private final BudgetWorld world;
    final TreeStore store = new TreeStore();

    /** The reports topic. */
    private final List<Sent> reports = new ArrayList<>();

    private record Sent(String account, LeaseReport report, BigDecimal exceeded) {}

    /** Reported costs of jobs beyond their reservations, by account and partition. */
    private final Map<String, Map<Integer, BigDecimal>> exceeded = new HashMap<>();

    private Map<String, Map<Integer, BigDecimal>> committedExceeded = Map.of();

    /** The accounts with each set of limits that the owner has read, in order. */
    private final List<BudgetAccounts> views = new ArrayList<>();

    private record Reporter(String account, int partition) {}

    /** What the committed reports of each partition have told as spent, by lease. */
    private final Map<Reporter, NavigableMap<Long, BigDecimal>> known = new HashMap<>();

    private final List<Runnable> uncommitted = new ArrayList<>();

    private int position;
    private int committed;
    private int firstKept;
    private BudgetSnapshot policies;
    private BudgetOwner owner;

    OwnerWorld(BudgetWorld world) {
        this.world = world;
        views.add(world.accounts());
        policies = snapshot();
        owner = open();
    }

    private BudgetOwner open() {
        return new BudgetOwner(
                store,
                world.fault == Fault.UNUSED_BATCHES_ARE_REMOVED_AT_ONCE
                        ? Duration.ofDays(-1)
                        : BudgetWorld.REPEATS_WINDOW,
                world.isOwnerAsking ? world.partitionCount : 0,
                world.fault == Fault.CLAIMED_TENANTS_ARE_UNBOUNDED
                        ? Integer.MAX_VALUE
                        : BudgetWorld.CLAIMED_TENANTS,
                () -> policies,
                world.clock,
                new BudgetMetrics(new SimpleMeterRegistry()),
                new Transaction());
    }

    private BudgetSnapshot snapshot() {
        ControlState control = world.control;
        return new BudgetSnapshot(control, views.getLast());
    }

    /** Reads all records of the control topic. */
    void readControl() {
        Map<ControlKey.Limit, BudgetLimit> limits = world.control.budgets().limits();
        if (!limits.equals(policies.control().budgets().limits())) {
            BudgetAccounts before = views.getLast();
            BudgetAccounts read = world.accounts();
            views.add(isUnread(limits) ? before : read);
        }
        if (world.control != policies.control()) {
            policies = snapshot();
        }
    }

    private boolean isUnread(Map<ControlKey.Limit, BudgetLimit> limits) {
        return switch (world.fault) {
            case LOWER_LIMITS_ARE_NOT_READ -> isChanged(limits, it -> it < 0);
            case HIGHER_LIMITS_ARE_NOT_READ -> isChanged(limits, it -> it > 0);
            default -> false;
        };
    }

    /** Returns true if the order of a limit and its previous value is as given. */
    private boolean isChanged(Map<ControlKey.Limit, BudgetLimit> limits, IntPredicate order) {
        Map<ControlKey.Limit, BudgetLimit> before = policies.control().budgets().limits();
        return limits.entrySet().stream()
                .anyMatch(
                        it -> {
                            BudgetLimit earlier = before.get(it.getKey());
                            return earlier != null
                                    && order.test(
                                            it.getValue().limitUsd().compareTo(earlier.limitUsd()));
                        });
    }

    /** Returns the number of limits that the owner has read. */
    int view() {
        return views.size() - 1;
    }

    /** Returns the highest limit of an account that the owner has known since it had a view. */
    BigDecimal highestLimitSince(int view, String account) {
        return views.subList(view, views.size()).stream()
                .map(it -> BudgetWorld.limit(it, account))
                .reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    void send(String account, LeaseReport report, BigDecimal exceededUsd) {
        reports.add(new Sent(account, report, exceededUsd));
    }

    Optional<BigDecimal> knownUsd(String account, int partition) {
        return Optional.ofNullable(known.get(new Reporter(account, partition)))
                .flatMap(it -> it.values().stream().reduce(BigDecimal::add));
    }

    /** Reports of a lease that was opened before a known one are ignored. */
    private void learn(Reporter reporter, LeaseReport report) {
        var leases = known.computeIfAbsent(reporter, _ -> new TreeMap<>());
        if (leases.tailMap(report.openedMillis(), false).isEmpty()) {
            leases.put(report.openedMillis(), report.balance().spent());
        }
    }

    boolean hasUnread() {
        return position < reports.size();
    }

    void readReport() {
        if (!hasUnread()) {
            return;
        }
        Sent next = reports.get(position++);
        exceeded.computeIfAbsent(next.account(), _ -> new HashMap<>())
                .merge(next.report().partition(), next.exceeded(), BigDecimal::max);
        var reporter = new Reporter(next.account(), next.report().partition());
        uncommitted.add(() -> learn(reporter, next.report()));
        owner.onReport(next.account(), next.report().toBytes());
    }

    /** Reads all reports: no owner that runs is days behind. */
    void readReports() {
        while (hasUnread()) {
            readReport();
        }
    }

    /** Reads reports again, as after a loss of the position. */
    void rewindReports(int count) {
        position = Math.max(firstKept, position - count);
    }

    /** An account is removed so late that no report of it can be read again. */
    void onRemoved() {
        firstKept = position;
    }

    void tick() {
        var _ = owner.onTick();
    }

    void commit() {
        store.commit();
        committed = position;
        committedExceeded = copy(exceeded);
        List<Runnable> effects = List.copyOf(uncommitted);
        uncommitted.clear();
        effects.forEach(Runnable::run);
    }

    /** Loses uncommitted changes, and restarts from the committed state. */
    void crash() {
        store.abort();
        uncommitted.clear();
        position = committed;
        exceeded.clear();
        exceeded.putAll(copy(committedExceeded));
        owner.close();
        readControl();
        owner = open();
    }

    private static Map<String, Map<Integer, BigDecimal>> copy(
            Map<String, Map<Integer, BigDecimal>> amounts) {
        var copy = new HashMap<String, Map<Integer, BigDecimal>>();
        amounts.forEach((account, of) -> copy.put(account, new HashMap<>(of)));
        return copy;
    }

    /** Collects the output of a transaction. */
    private final class Transaction implements BudgetOwner.Outputs {
        @Override
        public void grant(String account, int partition, LeaseGrant grant) {
            BigDecimal known =
                    exceeded.getOrDefault(account, Map.of()).values().stream()
                            .reduce(BigDecimal.ZERO, BigDecimal::add);
            var sent = new BudgetWorld.Grant(account, grant, view(), known);
            uncommitted.add(() -> world.partitions.get(partition).grants.add(sent));
        }

        @Override
        public void state(ControlRecord published) {
            uncommitted.add(() -> world.publish(published));
        }
    }
}
