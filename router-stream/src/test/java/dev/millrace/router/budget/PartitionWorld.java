package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.BudgetWorld.Arrival;
import dev.millrace.router.budget.BudgetWorld.Cost;
import dev.millrace.router.budget.BudgetWorld.Grant;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.budget.BudgetWorld.Refused;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One partition between its topics, with transactions: a turn's reads, store writes and messages
 * are committed together, or not at all.
 */
final class PartitionWorld {
    private static final int TURN_JOBS = 2;

    private final BudgetWorld world;
    private final int number;
    final TreeStore store = new TreeStore();
    final List<Job> requests = new ArrayList<>();
    final List<PlannedRecord> returns = new ArrayList<>();
    final List<Cost> costs = new ArrayList<>();
    final List<Grant> grants = new ArrayList<>();
    final List<UnreadableJob> buried = new ArrayList<>();

    private final List<Runnable> uncommitted = new ArrayList<>();

    /** The last read grant of each account. */
    private final Map<String, Grant> known = new HashMap<>();

    private final Map<String, Grant> committedKnown = new HashMap<>();

    /** Costs of jobs beyond their reservations, by account, in the events that were read. */
    private final Map<String, BigDecimal> exceeded = new HashMap<>();

    private final Map<String, BigDecimal> committedExceeded = new HashMap<>();
    private Position position = new Position(0, 0, 0, 0);
    private Position committed = position;
    private PartitionBudgets budgets;

    /** Returned jobs that were read; those that are read again keep their places. */
    private int returnsRead;

    private int committedReturnsRead;

    /** Number of costs before the last day without one. */
    private int counted;

    private record Position(int request, int returned, int cost, int grant) {}

    PartitionWorld(BudgetWorld world, int number) {
        this.world = world;
        this.number = number;
        budgets = open();
    }

    private PartitionBudgets open() {
        return new PartitionBudgets(store, port(), number, TURN_JOBS);
    }

    BudgetWorld.Router port() {
        return new Transaction();
    }

    private Origin origin() {
        return new Origin("test", number, 0);
    }

    void readRequest() {
        readReturn();
        if (position.request() == requests.size()) {
            return;
        }
        Job job = requests.get(position.request());
        position =
                new Position(
                        position.request() + 1,
                        position.returned(),
                        position.cost(),
                        position.grant());
        PlannedRecord planned = world.arrived(job, number);
        boolean isWaitNeeded = !isCovered(job) || isParked(it -> it.tenant().equals(job.tenant()));
        if (world.fault == BudgetWorld.Fault.JOBS_WAIT_FOR_A_PASS) {
            park(planned);
        } else {
            budgets.onJob(planned);
        }
        assertThat(isWaitNeeded || !isParked(it -> it.jobId().equals(job.id())))
                .as("free money, and no waiting job of the tenant, release " + job)
                .isTrue();
    }

    private void readReturn() {
        if (position.returned() == returns.size()) {
            return;
        }
        PlannedRecord job = returns.get(position.returned());
        position =
                new Position(
                        position.request(),
                        position.returned() + 1,
                        position.cost(),
                        position.grant());
        if (position.returned() > returnsRead) {
            returnsRead = position.returned();
            world.onReturned(job, number);
        }
        budgets.onJob(job);
    }

    /** Reads returned jobs again, as after a loss of the position. */
    void rewindReturns(int count) {
        position =
                new Position(
                        position.request(),
                        Math.max(0, position.returned() - count),
                        position.cost(),
                        position.grant());
    }

    private boolean isCovered(Job job) {
        var stored = new BudgetStore(store);
        return world.accountsOf(job).stream()
                .allMatch(
                        it ->
                                stored.lease(it.id().account(), 0)
                                        .filter(lease -> lease.state() != Lease.State.OVER_LIMIT)
                                        .filter(lease -> lease.balance().covers(job.amount()))
                                        .isPresent());
    }

    private boolean isParked(Predicate<WaitingJob> job) {
        return new BudgetStore(store)
                .parked().page(null, Integer.MAX_VALUE, (_, _, _) -> null).jobs().stream()
                        .anyMatch(job);
    }

    private void park(PlannedRecord job) {
        var stored = new BudgetStore(store);
        var identity = job.job().identity();
        new ParkedJobs(stored, port())
                .park(job, ParkedJobs.group(identity.tenant(), null, null, false));
        stored.parked().save();
        budgets.close();
        budgets = open();
    }

    void readCost() {
        if (position.cost() == costs.size()) {
            return;
        }
        Cost cost = costs.get(position.cost());
        CostEvent event = cost.event();
        cost.accounts().forEach(it -> exceeded.merge(it, cost.exceeded(), BigDecimal::add));
        position =
                new Position(
                        position.request(),
                        position.returned(),
                        position.cost() + 1,
                        position.grant());
        if (world.areAllCostsCounted || !cost.accounts().isEmpty()) {
            budgets.onCost(event, origin());
        }
        if (world.fault == BudgetWorld.Fault.COSTS_COUNT_TWICE) {
            budgets.onCost(event, origin());
        }
    }

    void readGrant() {
        if (position.grant() == grants.size()) {
            return;
        }
        Grant next = grants.get(position.grant());
        position =
                new Position(
                        position.request(),
                        position.returned(),
                        position.cost(),
                        position.grant() + 1);
        if (!next.grant().equals(LeaseGrant.QUESTION)) {
            known.put(next.account(), next);
        }
        if (!world.areLeasesReopened && isOfLaterLease(next)) {
            return;
        }
        budgets.onGrant(next.account(), world.read(next), origin());
    }

    private Optional<Lease> lease(String account) {
        return new BudgetStore(store).lease(account, 0);
    }

    private boolean isOfLaterLease(Grant grant) {
        return lease(grant.account())
                .filter(it -> it.id().openedMillis() < grant.grant().openedMillis())
                .isPresent();
    }

    /** Records that a day has passed without a cost, so that counted costs are forgotten. */
    void onDayPassed() {
        counted = committed.cost();
    }

    /**
     * Returns what the owner knows as spent, or what the partition has to tell it: all that it has
     * read since a day without a cost, if the account has the costs of all jobs.
     *
     * @param isAsked whether the owner asks what the partition has counted
     */
    BigDecimal knownUsd(String account, boolean isAsked) {
        Optional<BigDecimal> reported = world.owner.knownUsd(account, number);
        boolean isUnreported =
                isAsked && lease(account).filter(PartitionWorld::isCounting).isPresent();
        return reported.isPresent() && !isUnreported
                ? reported.get()
                : costs.subList(counted, committed.cost()).stream()
                        .map(it -> it.event().costUsd())
                        .reduce(reported.orElse(BigDecimal.ZERO), BigDecimal::add);
    }

    private static boolean isCounting(Lease lease) {
        return lease.state() == Lease.State.COUNTING;
    }

    boolean hasUnread() {
        return position.request() < requests.size()
                || position.returned() < returns.size()
                || position.cost() < costs.size()
                || position.grant() < grants.size();
    }

    /** Reads grants again, as after a loss of the position. */
    void rewindGrants(int count) {
        position =
                new Position(
                        position.request(),
                        position.returned(),
                        position.cost(),
                        Math.max(0, position.grant() - count));
    }

    void tick() {
        var _ = budgets.onTick();
    }

    void commit() {
        store.commit();
        committed = position;
        committedReturnsRead = returnsRead;
        committedKnown.putAll(known);
        committedExceeded.putAll(exceeded);
        List<Runnable> effects = List.copyOf(uncommitted);
        uncommitted.clear();
        effects.forEach(Runnable::run);
    }

    /** Loses uncommitted changes, and restarts from the committed state. */
    void crash() {
        store.abort();
        uncommitted.clear();
        position = committed;
        returnsRead = committedReturnsRead;
        known.clear();
        known.putAll(committedKnown);
        exceeded.clear();
        exceeded.putAll(committedExceeded);
        budgets.close();
        budgets = open();
    }

    /** Collects the output of a transaction. */
    private final class Transaction extends BudgetWorld.Router {
        Transaction() {
            super(world);
        }

        @Override
        public void release(PlannedRecord parked, boolean wasParked) {
            Job job = world.jobOf(parked);
            List<String> accounts =
                    world.accountsOf(job).stream()
                            .map(Account::id)
                            .map(it -> it.account())
                            .toList();
            List<Grant> grants = accounts.stream().map(this::grant).toList();
            if (world.areAllCallsReserved) {
                checkOrder(job);
            }
            JobCostLimit limit = parked.costLimit();
            BigDecimal max = limit.maxUsd();
            checkReserved(
                    job, world.arePlansReserved && max != null ? limit.reserve(max, 0) : limit);
            uncommitted.add(() -> world.onReleased(parked, number, accounts, grants));
        }

        /** Checks that one attempt is reserved, unless no budget limits the job. */
        private void checkReserved(Job job, JobCostLimit limit) {
            BigDecimal unspent = limit.reservedUsd().subtract(limit.spentUsd());
            assertThat(
                            world.accountsOf(job).isEmpty()
                                    || unspent.compareTo(limit.dearestUsd()) == 0)
                    .as("reserved for " + job + ": " + unspent)
                    .isTrue();
        }

        /**
         * Checks the order of release: no earlier job with the released job's accounts still waits,
         * unless it needs more than one of its accounts has left.
         */
        private void checkOrder(Job job) {
            assertThat(waitingBefore(job))
                    .as("jobs that are overtaken by " + job)
                    .allMatch(
                            it ->
                                    world.accountsOf(it).stream()
                                            .anyMatch(account -> isTooMuch(it.amount(), account)));
        }

        private List<Job> waitingBefore(Job job) {
            List<Account> accounts = world.accountsOf(job);
            return new BudgetStore(store)
                    .parked().page(null, Integer.MAX_VALUE, (_, _, _) -> null).jobs().stream()
                            .map(it -> Objects.requireNonNull(world.jobs.get(it.jobId())))
                            .filter(it -> world.accountsOf(it).equals(accounts))
                            .filter(
                                    it ->
                                            Arrival.ORDER.compare(
                                                            world.arrival(it), world.arrival(job))
                                                    < 0)
                            .toList();
        }

        private boolean isTooMuch(BigDecimal amount, Account account) {
            String id = account.id().account();
            Grant last = known.get(id);
            BigDecimal own =
                    new BudgetStore(store)
                            .lease(id, 0)
                            .map(it -> it.balance().spent())
                            .orElse(BigDecimal.ZERO);
            BigDecimal left =
                    last == null
                            ? account.limit().subtract(own)
                            : last.grant().limit().subtract(last.grant().spent().max(own));
            return left.compareTo(amount) < 0;
        }

        private Grant grant(String account) {
            return Objects.requireNonNull(known.get(account), "money without a grant");
        }

        @Override
        public void refuse(PlannedRecord parked, Rejection rejection) {
            var refused = new Refused(world.jobOf(parked), rejection);
            // Unread cost events are spent already, so the ledger is checked now.
            if (world.areAllCallsReserved) {
                BudgetSimulation.checkRefusal(world, refused);
            }
            if (parked.hasReturned()) {
                uncommitted.add(() -> world.onRefused(refused.job()));
                return;
            }
            uncommitted.add(
                    () -> {
                        world.changes++;
                        world.refused.add(refused);
                    });
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            uncommitted.add(() -> buried.add(job));
        }

        @Override
        public void onMoved(JobId job) {
            uncommitted.add(() -> world.moved.add(job));
        }

        @Override
        public void report(String account, LeaseReport report) {
            BigDecimal read = exceeded.getOrDefault(account, BigDecimal.ZERO);
            uncommitted.add(() -> world.onReport(account, report, read));
        }

        @Override
        public void onLost(JobId job, BigDecimal chargedUsd) {
            uncommitted.add(() -> world.lost.add(job));
        }
    }
}
