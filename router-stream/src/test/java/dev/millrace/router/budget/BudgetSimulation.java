package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.BudgetWorld.Grant;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.budget.BudgetWorld.Refused;
import dev.millrace.router.budget.BudgetWorld.Running;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A random history of budgets. Jobs arrive at several partitions. Calls end in any order and at any
 * cost, time passes, and operators cancel jobs, and raise and lower limits. Routers crash,
 * including the owner of the accounts, and messages are late or read again. The guarantees hold
 * after each step, and at the end.
 */
final class BudgetSimulation {
    private static final int MAX_ROUNDS = 20_000;

    /** Number of rounds of 200 ms in which a waiting partition repeats its report. */
    private static final int QUIET_ROUNDS = 320;

    private static final Duration TICK = Duration.ofMillis(10);
    private static final BigDecimal PLENTY = new BigDecimal("1000000");
    private static final BigDecimal KEY_LIMIT = new BigDecimal("25");
    private static final List<String> KEYS = List.of("key-0", "key-1");

    /** Tenants whose API keys have budgets. */
    private static final List<String> TENANTS_WITH_KEYS = List.of("acme", "free");

    private static final List<String> LIMITED =
            List.of("limited-0", "limited-1", BudgetWorld.STRICT);

    private static final List<String> TENANTS =
            Stream.concat(
                            Stream.of("acme", "acme", "acme", "beta", "beta", "free"),
                            BudgetWorld.CLAIMED.stream())
                    .toList();

    final BudgetWorld world;
    private final Random random;

    BudgetSimulation(long seed) {
        random = new Random(seed);
        world = new BudgetWorld(1 + random.nextInt(4));
        for (String tenant : TENANTS_WITH_KEYS) {
            KEYS.forEach(it -> world.setLimit(new ControlKey.KeyLimit(tenant, it), KEY_LIMIT));
        }
    }

    /** Loses all entries of a kind in each partition, as a deliberate fault. */
    BudgetSimulation losing(char kind) {
        world.partitions.forEach(it -> it.store.lose(kind));
        return this;
    }

    /** Loses all entries of a kind in the owner's store, as a deliberate fault. */
    BudgetSimulation losingOfOwner(char kind) {
        world.owner.store.lose(kind);
        return this;
    }

    BudgetSimulation with(BudgetWorld.Fault fault) {
        world.fault = fault;
        return this;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        finish();
        checkParked();
        checkStates();
        raiseAll();
        finish();
        checkEnds();
    }

    private PartitionWorld partition() {
        return world.partitions.get(random.nextInt(world.partitions.size()));
    }

    private void step() {
        switch (random.nextInt(27)) {
            case 0, 1, 2 -> submit();
            case 3, 4, 5 -> partition().readRequest();
            case 6, 7, 8 -> endCall();
            case 9, 10 -> partition().readCost();
            case 11, 12 -> partition().readGrant();
            case 13, 14, 15, 16, 17 -> stepOwner();
            case 18, 19 -> tick(TICK);
            case 20 -> tick(Duration.ofMillis(random.nextInt(30_000)));
            case 21, 22, 23 -> partition().commit();
            case 24 -> partition().crash();
            case 25 -> readAgain();
            default -> rarely();
        }
    }

    private void stepOwner() {
        switch (random.nextInt(8)) {
            case 0 -> world.owner.readControl();
            case 1, 2 -> world.owner.commit();
            default -> {
                world.owner.readReport();
                world.owner.tick();
            }
        }
    }

    private void rarely() {
        switch (random.nextInt(13)) {
            case 0 -> tick(Duration.ofMinutes(random.nextInt(90)));
            case 1 -> tick(Duration.ofHours(20 + random.nextInt(20)));
            case 2, 3 -> cancel();
            case 4, 5 -> raise();
            case 6, 7 -> lower();
            case 8, 9 -> world.owner.crash();
            case 10 -> passDays();
            default -> partition().crash();
        }
    }

    private void tick(Duration time) {
        world.clock.advance(time);
        partition().tick();
    }

    private void readAgain() {
        switch (random.nextInt(3)) {
            case 0 -> world.owner.rewindReports(random.nextInt(5));
            case 1 -> partition().rewindGrants(random.nextInt(3));
            default -> partition().rewindReturns(random.nextInt(3));
        }
    }

    private void submit() {
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            boolean isLimited = random.nextInt(3) == 0;
            Instant now = world.clock.instant();
            Instant deadline =
                    random.nextInt(5) == 0 ? now.plusSeconds(random.nextInt(3_600)) : null;
            Job job =
                    world.job(
                            TENANTS.get(random.nextInt(TENANTS.size())),
                            isLimited ? LIMITED.get(random.nextInt(LIMITED.size())) : "batch",
                            random.nextBoolean() ? KEYS.get(random.nextInt(2)) : null,
                            isLimited ? BudgetWorld.BATCH_LIMIT : null,
                            1 + random.nextInt(random.nextInt(10) == 0 ? 25 : 6),
                            deadline);
            partition().requests.add(job);
        }
    }

    private boolean endCall() {
        if (world.running.isEmpty()) {
            return false;
        }
        Running job = world.running.get(random.nextInt(world.running.size()));
        // A provider that ignores an output limit bills more than the highest cost of an attempt.
        int excess = random.nextInt(20) == 0 ? random.nextInt(30) : 0;
        var cost = BigDecimal.valueOf(random.nextInt(job.left.intValue() + 1) + excess);
        boolean isFinal = random.nextInt(3) > 0;
        world.partitions.get(job.partition).costs.add(world.bill(job, cost, isFinal));
        return true;
    }

    private void cancel() {
        Set<JobId> all = new HashSet<>(world.jobs.keySet());
        all.stream()
                .skip(all.isEmpty() ? 0 : random.nextInt(all.size()))
                .findFirst()
                .map(ControlKey.CancelJob::new)
                .map(it -> new OperatorCommand(world.clock.instant(), "me").record(it))
                .ifPresent(world::publish);
    }

    private void raise() {
        ControlKey.Limit key = anyLimit();
        world.setLimit(key, limit(key).add(BigDecimal.valueOf(1 + random.nextInt(20))));
    }

    private void lower() {
        ControlKey.Limit key = anyLimit();
        world.setLimit(key, BigDecimal.valueOf(1 + random.nextInt(limit(key).intValue())));
    }

    private ControlKey.Limit anyLimit() {
        if (random.nextInt(4) == 0) {
            return new ControlKey.KeyLimit(
                    random.nextBoolean() ? "acme" : "free", KEYS.get(random.nextInt(2)));
        }
        String tenant = random.nextBoolean() ? "acme" : "beta";
        return random.nextBoolean()
                ? new ControlKey.TenantLimit(tenant)
                : new ControlKey.BatchLimit(tenant, LIMITED.get(random.nextInt(LIMITED.size())));
    }

    private BigDecimal limit(ControlKey.Limit key) {
        BudgetLimit inControl = world.control.budgets().limits().get(key);
        if (inControl != null) {
            return inControl.limitUsd();
        }
        return key instanceof ControlKey.BatchLimit
                ? BudgetWorld.BATCH_LIMIT
                : BudgetWorld.TENANT_LIMIT;
    }

    /** Raises all limits. A key without a limit gets none, as its jobs would change queues. */
    private void raiseAll() {
        for (String tenant : TENANTS) {
            if (tenant.equals("free")) {
                continue;
            }
            world.setLimit(new ControlKey.TenantLimit(tenant), PLENTY);
        }
        for (String tenant : TENANTS) {
            for (String batch : LIMITED) {
                world.setLimit(new ControlKey.BatchLimit(tenant, batch), PLENTY);
            }
        }
        for (String tenant : TENANTS_WITH_KEYS) {
            KEYS.forEach(it -> world.setLimit(new ControlKey.KeyLimit(tenant, it), PLENTY));
        }
    }

    /** Reads and ends everything, until nothing changes for a while. */
    private void finish() {
        int quiet = 0;
        for (int round = 0; quiet < QUIET_ROUNDS || world.hasUnread() || isNewHour(); round++) {
            assertThat(round).as("rounds until nothing happens").isLessThan(MAX_ROUNDS);
            quiet = round() ? 0 : quiet + 1;
        }
    }

    /**
     * Returns true if partitions have possibly not noticed a new hour, with a new budget of acme.
     */
    private boolean isNewHour() {
        return world.clock.millis() % Duration.ofHours(1).toMillis() < 10_000;
    }

    private boolean round() {
        int before = world.changes;
        exchange(world.partitions);
        boolean hasWorked = endCall() || world.changes > before;
        world.clock.advance(hasWorked ? TICK : Duration.ofMillis(200));
        return hasWorked;
    }

    /** Reads one message of each kind, and commits. */
    private void exchange(List<PartitionWorld> partitions) {
        world.owner.readControl();
        world.owner.readReport();
        world.owner.tick();
        world.owner.commit();
        for (PartitionWorld one : partitions) {
            one.readRequest();
            one.readGrant();
            one.readCost();
            one.tick();
            one.commit();
        }
    }

    /** Lets days pass, during which some routers run only at times. */
    private void passDays() {
        for (int i = 60 + random.nextInt(40); i > 0; i--) {
            world.clock.advance(Duration.ofMinutes(50));
            world.owner.readReports();
            exchange(world.partitions.stream().filter(_ -> random.nextInt(3) > 0).toList());
        }
    }

    /**
     * Checks that a released job was within a limit that applied since its partition first knew the
     * account, even if each running job costs its highest amount. Costs beyond a reservation can
     * exceed the limit; they count as any other cost once the owner knows them.
     */
    static void checkRelease(BudgetWorld world, Grant known) {
        String account = known.account();
        BigDecimal unknown =
                world.ledger.exceeded(account).subtract(known.exceeded()).max(BigDecimal.ZERO);
        assertThat(world.ledger.committed(account).subtract(unknown))
                .as("spent or promised by " + account + " after a release")
                .isLessThanOrEqualTo(
                        known.grant()
                                .limit()
                                .max(world.owner.highestLimitSince(known.view(), account)));
        checkClaimedTenants(world);
    }

    /**
     * Checks that claimed tenants have a bounded number of budgets together, until operators give
     * them entries.
     */
    private static void checkClaimedTenants(BudgetWorld world) {
        if (BudgetWorld.CLAIMED.stream().noneMatch(world.accounts()::hasEntry)) {
            assertThat(world.committedByClaimedTenants())
                    .as("spent or promised by claimed tenants")
                    .isLessThanOrEqualTo(
                            BudgetWorld.CLAIMED_LIMIT.multiply(
                                    BigDecimal.valueOf(BudgetWorld.CLAIMED_TENANTS + 1)));
        }
    }

    /** Checks that no removed account is needed any longer. */
    static void checkRemoval(BudgetWorld world, ControlKey.Budget id) {
        String account = id.account();
        assertThat(world.ledger.promised(account))
                .as("promised by the removed " + account)
                .isZero();
        if (id instanceof BatchBudget) {
            assertThat(world.ledger.used(account))
                    .as("last use of the removed " + account)
                    .isBefore(world.clock.instant().minus(BudgetWorld.REPEATS_WINDOW));
        }
        assertThat(account).as("removed account").doesNotEndWith("/total");
        assertThat(id).as("removed account").isNotInstanceOf(ControlKey.KeyBudget.class);
    }

    /** Checks that a rejected job could not be paid. */
    static void checkRefusal(BudgetWorld world, Refused refused) {
        Job job = refused.job();
        if (refused.rejection().error() != ErrorCode.BUDGET_EXCEEDED) {
            return;
        }
        assertThat(world.accountsOf(job))
                .as("accounts of the rejected " + job)
                .anyMatch(
                        it ->
                                (it.onExhausted() == OnExhausted.REJECT || isTooExpensive(job, it))
                                        && left(world, it).compareTo(job.amount()) < 0);
    }

    private static boolean isTooExpensive(Job job, Account account) {
        return !(account.id() instanceof BatchBudget)
                && account.limit().compareTo(job.amount()) < 0;
    }

    private static BigDecimal left(BudgetWorld world, Account account) {
        return account.limit().subtract(world.ledger.spent(account.id().account()));
    }

    private List<Job> parked() {
        Set<JobId> ended = new HashSet<>(world.ended);
        world.refused.forEach(it -> ended.add(it.job().id()));
        return world.jobs.values().stream().filter(it -> !ended.contains(it.id())).toList();
    }

    /**
     * Checks each parked job: it needs more than is left in an account with waiting jobs, it was
     * not cancelled, and its deadline has not passed.
     */
    private void checkParked() {
        assertThat(world.running).isEmpty();
        List<Job> parked = parked();
        Instant checked = world.clock.instant().minusSeconds(2);
        for (Job job : parked) {
            assertThat(world.accountsOf(job))
                    .as("accounts of the parked " + job)
                    .anyMatch(
                            it -> it.onExhausted() == OnExhausted.PARK && lacksMoney(it.id(), job));
            assertThat(world.isCancelledSinceItCame(job)).as("cancelled " + job).isFalse();
            assertThat(Objects.requireNonNullElse(job.deadline(), Instant.MAX))
                    .as("deadline of the parked " + job)
                    .isAfter(checked);
        }
        checkStores(parked.size(), parked.stream().filter(world::isCalled).count());
    }

    private boolean lacksMoney(ControlKey.Budget id, Job job) {
        if (isShared(id)) {
            // Others may have spent the money.
            return true;
        }
        BigDecimal limit = BudgetWorld.limit(world.accounts(), id.account());
        return limit.subtract(world.ledger.spent(id.account())).compareTo(job.amount()) < 0;
    }

    /** Returns true if the account has no published state and possibly shares its money. */
    private boolean isShared(ControlKey.Budget id) {
        return BudgetWorld.CLAIMED.contains(id.tenant())
                && id instanceof ControlKey.TenantBudget
                && !world.control.budgets().states().containsKey(id);
    }

    /** Checks that the published states of accounts are true. */
    private void checkStates() {
        world.control
                .budgets()
                .states()
                .forEach(
                        (id, state) -> {
                            String account = id.account();
                            assertThat(state.limitUsd())
                                    .as("limit of " + account)
                                    .isEqualByComparingTo(
                                            BudgetWorld.limit(world.accounts(), account));
                            if (!id.tenant().startsWith("(")) {
                                assertThat(state.spentUsd())
                                        .as("spent by " + account)
                                        .isEqualByComparingTo(world.ledger.spent(account));
                            }
                            assertThat(state.reservedUsd())
                                    .as("reserved by " + account)
                                    .isEqualByComparingTo(world.ledger.promised(account));
                        });
    }

    /** Checks that each job has exactly one end, and that no money stays reserved. */
    private void checkEnds() {
        for (Job job : world.jobs.values()) {
            long called = world.ended.stream().filter(job.id()::equals).count();
            long refused = world.refused.stream().filter(it -> it.job().equals(job)).count();
            assertThat(called + refused).as("ends of " + job).isEqualTo(1);
        }
        checkStores(0, 0);
        assertThat(world.lost).isEmpty();
        assertThat(world.meters.find("millrace.router.internal.errors").counters()).isEmpty();
    }

    private void checkStores(long parked, long returned) {
        assertThat(count('R')).as("reservations").isEqualTo(returned);
        assertThat(count('W')).as("parked jobs").isEqualTo(parked);
        assertThat(count('D')).as("deadlines of parked jobs").isEqualTo(parked);
        if (parked == 0) {
            assertThat(count('Q')).as("queues").isZero();
        }
    }

    private long count(char kind) {
        return world.partitions.stream().mapToLong(it -> it.store.count(kind)).sum();
    }
}
