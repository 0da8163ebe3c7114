package dev.millrace.router.budget.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.account.Account;
import dev.millrace.router.budget.partition.BudgetWorld.Job;
import dev.millrace.router.budget.partition.BudgetWorld.Refused;
import dev.millrace.router.budget.partition.BudgetWorld.Running;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A random history of budgets: jobs come to several partitions, calls end in any order and at any
 * cost, time passes, operators cancel and raise limits, routers crash, and messages are late or
 * read again. After each step, and at the end, the guarantees hold.
 */
final class BudgetSimulation {
    private static final int MAX_ROUNDS = 20_000;
    private static final Duration TICK = Duration.ofMillis(10);
    private static final BigDecimal PLENTY = new BigDecimal("1000000");

    final BudgetWorld world;
    private final Random random;

    BudgetSimulation(long seed) {
        random = new Random(seed);
        world = new BudgetWorld(1 + random.nextInt(4));
    }

    /** Loses all entries of a kind, as a deliberate fault. */
    BudgetSimulation losing(char kind) {
        world.partitions.forEach(it -> it.store.lose(kind));
        return this;
    }

    BudgetSimulation with(BudgetWorld.Fault fault) {
        world.fault = fault;
        return this;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            checkMoney();
        }
        finish();
        checkParked();
        raiseAll();
        finish();
        checkEnds();
    }

    private PartitionWorld partition() {
        return world.partitions.get(random.nextInt(world.partitions.size()));
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> submit();
            case 3, 4, 5 -> partition().readRequest();
            case 6, 7, 8 -> endCall();
            case 9, 10 -> partition().readCost();
            case 11, 12 -> partition().readGrant();
            case 13, 14 -> world.readReport();
            case 15, 16 -> tick(TICK);
            case 17 -> tick(Duration.ofMillis(random.nextInt(30_000)));
            case 18, 19, 20 -> partition().commit();
            case 21 -> partition().crash();
            case 22 -> readAgain();
            default -> rarely();
        }
    }

    private void rarely() {
        switch (random.nextInt(8)) {
            case 0 -> tick(Duration.ofMinutes(random.nextInt(90)));
            case 1 -> tick(Duration.ofHours(20 + random.nextInt(20)));
            case 2, 3 -> cancel();
            case 4, 5 -> raise();
            default -> partition().crash();
        }
    }

    private void tick(Duration time) {
        world.clock.advance(time);
        partition().tick();
    }

    private void readAgain() {
        if (random.nextBoolean()) {
            world.rewindReports(random.nextInt(5));
        } else {
            partition().rewindGrants(random.nextInt(3));
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
                            List.of("acme", "acme", "beta", "free").get(random.nextInt(4)),
                            isLimited ? "limited-" + random.nextInt(2) : "batch",
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
        var cost = BigDecimal.valueOf(random.nextInt(job.left.intValue() + 1));
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
                .ifPresent(it -> world.control = world.control.with(it.key().text(), it.value()));
    }

    private void raise() {
        String tenant = random.nextBoolean() ? "acme" : "beta";
        ControlKey.Limit key =
                random.nextBoolean()
                        ? new ControlKey.TenantLimit(tenant)
                        : new ControlKey.BatchLimit(tenant, "limited-" + random.nextInt(2));
        BudgetLimit before = world.limits.get(key);
        BigDecimal limit =
                before != null
                        ? before.limitUsd()
                        : key instanceof ControlKey.BatchLimit
                                ? BudgetWorld.BATCH_LIMIT
                                : new BigDecimal("60");
        setLimit(key, limit.add(BigDecimal.valueOf(1 + random.nextInt(20))));
    }

    private void setLimit(ControlKey.Limit key, BigDecimal limit) {
        world.limits.put(key, new BudgetLimit(limit, world.clock.instant(), "me"));
        world.lendAll();
    }

    private void raiseAll() {
        for (String tenant : List.of("acme", "beta")) {
            setLimit(new ControlKey.TenantLimit(tenant), PLENTY);
        }
        for (String tenant : List.of("acme", "beta", "free")) {
            for (String batch : List.of("limited-0", "limited-1")) {
                setLimit(new ControlKey.BatchLimit(tenant, batch), PLENTY);
            }
        }
    }

    /** Reads and ends everything, until nothing happens for a while. */
    private void finish() {
        int quiet = 0;
        for (int round = 0; quiet < 200; round++) {
            assertThat(round).as("rounds until nothing happens").isLessThan(MAX_ROUNDS);
            quiet = round() ? 0 : quiet + 1;
            checkMoney();
        }
    }

    private boolean round() {
        int before = world.changes;
        boolean hasWorked = false;
        world.readReport();
        for (PartitionWorld one : world.partitions) {
            hasWorked |= one.readRequest();
            hasWorked |= one.readGrant();
            hasWorked |= one.readCost();
            one.tick();
            one.commit();
        }
        hasWorked |= endCall();
        hasWorked |= world.changes > before;
        world.clock.advance(hasWorked ? TICK : Duration.ofMillis(200));
        return hasWorked;
    }

    /** Checks that no account is overspent, even if each running job costs all it may. */
    private void checkMoney() {
        for (String account : world.spent.keySet()) {
            assertThat(world.committed(account))
                    .as("spent or promised by " + account)
                    .isLessThanOrEqualTo(world.limit(account));
        }
        for (Running job : world.running) {
            for (String account : job.accounts) {
                assertThat(world.committed(account))
                        .as("spent or promised by " + account)
                        .isLessThanOrEqualTo(world.limit(account));
            }
        }
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
        return account.id() instanceof TenantBudget && account.limit().compareTo(job.amount()) < 0;
    }

    private static BigDecimal left(BudgetWorld world, Account account) {
        return account.limit().subtract(world.spentOf(account.id().account()));
    }

    private List<Job> parked() {
        Set<JobId> ended = new HashSet<>();
        world.released.forEach(it -> ended.add(it.job.id()));
        world.refused.forEach(it -> ended.add(it.job().id()));
        return world.jobs.values().stream().filter(it -> !ended.contains(it.id())).toList();
    }

    /** Checks that an account of each parked job cannot pay that job or one before it. */
    private void checkParked() {
        assertThat(world.running).isEmpty();
        List<Job> parked = parked();
        for (Job job : parked) {
            assertThat(world.accountsOf(job))
                    .as("accounts of the parked " + job)
                    .anyMatch(account -> cannotPayAny(account, parked));
        }
        checkStores(parked.size());
    }

    private boolean cannotPayAny(Account account, List<Job> parked) {
        return parked.stream()
                .filter(
                        it ->
                                world.accountsOf(it).stream()
                                        .anyMatch(a -> a.id().equals(account.id())))
                .anyMatch(it -> left(world, account).compareTo(it.amount()) < 0);
    }

    /** Checks that each job has exactly one end, and that no money stays reserved. */
    private void checkEnds() {
        for (Job job : world.jobs.values()) {
            long released = world.released.stream().filter(it -> it.job.equals(job)).count();
            long refused = world.refused.stream().filter(it -> it.job().equals(job)).count();
            assertThat(released + refused).as("ends of " + job).isEqualTo(1);
        }
        checkStores(0);
        assertThat(world.lost).isEmpty();
        assertThat(world.meters.find("millrace.router.internal.errors").counters()).isEmpty();
    }

    private void checkStores(long parked) {
        assertThat(count('R')).as("reservations").isZero();
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
