package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.LimitCover;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.budget.BudgetWorld.Running;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random history of one limit, which comes, rises, falls and goes while jobs of a tenant without
 * a configured budget are routed, wait in workers, and are called. Partitions and the owner of the
 * accounts crash. The owner and workers read control late, but a worker has read all that was in
 * control when a job was released before it gets the job. Calls start, fail, and end in any order.
 * Once, no job comes for a day, and then possibly all clocks are set back. Some jobs are planned
 * before the router reads a limit.
 *
 * <p>A limit is acknowledged once all workers have read it. From then on, calls together cost at
 * most the limit and the highest cost of calls in flight. The limit begins with what was reported
 * as spent when it was set, or what partitions knew that have never reported or have counted costs
 * since the day without a job; the limit of a key begins with nothing.
 */
final class NewLimitSimulation {
    private static final String TENANT = "free";
    private static final String BATCH = "batch";
    private static final String API_KEY = "ci";
    private static final int MAX_JOB_USD = 6;
    private static final int MAX_LIMIT_USD = 120;
    private static final int MAX_ROUNDS = 20_000;
    private static final int ROUNDS = 100;
    private static final int MAX_LAST_RETURNS = 3;
    private static final int WORKERS = 2;
    private static final BigDecimal PLENTY = new BigDecimal("1000000");

    /** A deliberate fault. */
    enum Fault {
        NONE,
        /** Workers call all that they have. */
        WORKERS_IGNORE_LIMITS,
        /** Workers notice a first limit, and no lower one. */
        WORKERS_IGNORE_FALLS,
        /** Workers call jobs with money before the owner has published a lower limit. */
        WORKERS_DO_NOT_WAIT,
        /** Partitions forget what was spent without a limit. */
        EARLIER_COSTS_ARE_FORGOTTEN,
        /** The owner does not ask what partitions have counted. */
        PARTITIONS_ARE_NOT_ASKED,
        /** Partitions do not learn that they have opened a lease before an earlier one. */
        EARLIER_LEASES_STAY,
        /** The maximum cost of a job counts as reserved. */
        PLANS_ARE_RESERVED
    }

    private final BudgetWorld world;
    private final Random random;
    private final Fault fault;
    private final ControlKey.Limit key;

    /** Number of states of control that each worker has read. */
    private final int[] read = new int[WORKERS];

    /** The calls in flight, with their highest costs. */
    private final Map<Running, BigDecimal> calls = new HashMap<>();

    /** Number of times that each job has returned since the last limit. */
    private final Map<Job, Integer> returns = new HashMap<>();

    /** The sum of all calls that have ended. */
    private BigDecimal spent = BigDecimal.ZERO;

    /** True after the day without a job: the owner would remove the account after a second one. */
    private boolean hasPassedADay;

    /** The limit that was set last; null without one. */
    private @Nullable Bound latest;

    /** The limit that all workers have read; null without one. */
    private @Nullable Bound acknowledged;

    /**
     * What all calls may cost together.
     *
     * @param position number of states of control up to the limit
     * @param limit in US dollars
     * @param known what the owner can know as spent
     * @param unknown the most that other calls cost which have started before all workers knew it
     */
    private record Bound(int position, BigDecimal limit, BigDecimal known, BigDecimal unknown) {
        BigDecimal most() {
            return limit.max(known).add(unknown);
        }

        Bound raisedTo(BigDecimal usd) {
            return new Bound(position, limit.max(usd), known, unknown);
        }

        Bound withCall(BigDecimal usd) {
            return new Bound(position, limit, known, unknown.add(usd));
        }
    }

    NewLimitSimulation(long seed, Fault fault) {
        random = new Random(seed);
        this.fault = fault;
        world = new BudgetWorld(1 + random.nextInt(4));
        world.areAllCallsReserved = false;
        world.repricing = NewLimitSimulation::planned;
        world.areAllCostsCounted = fault != Fault.EARLIER_COSTS_ARE_FORGOTTEN;
        world.isOwnerAsking = fault != Fault.PARTITIONS_ARE_NOT_ASKED;
        world.owner.crash();
        world.areLeasesReopened = fault != Fault.EARLIER_LEASES_STAY;
        world.arePlansReserved = fault == Fault.PLANS_ARE_RESERVED;
        key =
                switch (random.nextInt(3)) {
                    case 0 -> new ControlKey.TenantLimit(TENANT);
                    case 1 -> new ControlKey.BatchLimit(TENANT, BATCH);
                    default -> new ControlKey.KeyLimit(TENANT, API_KEY);
                };
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        callAll();
        set(PLENTY, false);
        returns.clear();
        finish();
        assertThat(returns.values())
                .as("returns of each job after the last limit")
                .allMatch(it -> it <= MAX_LAST_RETURNS);
        for (Job job : world.jobs.values()) {
            long called = world.ended.stream().filter(job.id()::equals).count();
            long refused = world.refused.stream().filter(it -> it.job().equals(job)).count();
            assertThat(called + refused).as("ends of " + job).isEqualTo(1);
        }
        assertThat(world.meters.find("millrace.router.internal.errors").counters()).isEmpty();
    }

    /** Returns a job with its highest cost, if it was routed without one. */
    private static PlannedJob planned(PlannedJob job) {
        JobCostLimit limit = Objects.requireNonNull(job.headers().costLimit());
        return job.headers().hasReturnedUnpaid()
                ? new PlannedJob(
                        job.identity(),
                        job.origin(),
                        job.headers()
                                .withCostLimit(
                                        limit.planned(
                                                JobCostLimit.underBudget(
                                                        limit.attemptUsd(), List.of(), null))),
                        job.bytes())
                : job;
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
            case 18, 19 -> tick(partition());
            case 20, 21 -> commit(partition());
            case 22 -> read(random.nextInt(WORKERS));
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
        switch (random.nextInt(10)) {
            case 0, 1 -> set(BigDecimal.valueOf(1 + random.nextInt(MAX_LIMIT_USD)), false);
            case 2 -> set(soonSpent(), false);
            case 3 -> clear();
            case 4 -> world.owner.crash();
            case 5 -> partition().crash();
            case 6 -> partition().rewindReturns(random.nextInt(3));
            case 7 -> passDay();
            default -> world.clock.advance(Duration.ofMillis(random.nextInt(500)));
        }
    }

    /**
     * Lets a day pass without a job or a limit, and sets one after some jobs. A tenant would have
     * another account on the next day.
     */
    private void passDay() {
        if (hasPassedADay || key instanceof ControlKey.TenantLimit) {
            return;
        }
        hasPassedADay = true;
        set(PLENTY, false);
        callAll();
        clear();
        finish();
        for (int hour = 0; hour < 26; hour++) {
            world.clock.advance(Duration.ofHours(1));
            exchange();
        }
        world.partitions.forEach(PartitionWorld::onDayPassed);
        if (random.nextBoolean()) {
            world.clock.advance(Duration.ofHours(-30));
        }
        submit();
        submit();
        finish();
        set(soonSpent(), true);
        submit();
        callAll();
    }

    private void tick(PartitionWorld partition) {
        world.clock.advance(Duration.ofMillis(10));
        partition.tick();
    }

    /** Costs that were counted since the last tick are not in the transaction. */
    private void commit(PartitionWorld partition) {
        tick(partition);
        partition.commit();
    }

    /** Lets one partition read some jobs. */
    private void submit() {
        PartitionWorld partition = partition();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int usd = 1 + random.nextInt(MAX_JOB_USD);
            Job job = world.job(TENANT, BATCH, API_KEY, null, usd, null);
            if (random.nextInt(4) == 0) {
                world.plannedEarlier.add(job.id());
            }
            partition.requests.add(job);
        }
    }

    private @Nullable BigDecimal limit() {
        var limit = world.control.budgets().limits().get(key);
        return limit == null ? null : limit.limitUsd();
    }

    private void set(BigDecimal usd, boolean isAsked) {
        world.partitions.forEach(this::commit);
        BigDecimal before = limit();
        world.setLimit(key, usd);
        if (before == null || latest == null || usd.compareTo(before) < 0) {
            BigDecimal known = knownUsd(isAsked);
            latest = new Bound(world.controlLog.size(), usd, known, spent.subtract(known));
            calls.values().forEach(this::addUnknown);
        } else {
            latest = latest.raisedTo(usd);
            acknowledged = acknowledged == null ? null : acknowledged.raisedTo(usd);
        }
    }

    private BigDecimal soonSpent() {
        return spent.add(BigDecimal.valueOf(1 + random.nextInt(MAX_JOB_USD)));
    }

    /**
     * @param isAsked whether the owner has read that there was no limit, so that it asks partitions
     */
    private BigDecimal knownUsd(boolean isAsked) {
        return world.accounts().counting(TENANT, BATCH, world.clock.instant()).stream()
                .map(Account::id)
                .filter(it -> it.limit().equals(key))
                .flatMap(
                        it ->
                                world.partitions.stream()
                                        .map(one -> one.knownUsd(it.account(), isAsked)))
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
        read[worker] = world.controlLog.size();
        if (isKnown()) {
            acknowledged = latest;
        }
    }

    /** Returns true if all workers have read the limit. */
    private boolean isKnown() {
        if (latest == null) {
            return false;
        }
        for (int position : read) {
            if (position < latest.position()) {
                return false;
            }
        }
        return true;
    }

    private void start() {
        List<Running> waiting =
                world.running.stream().filter(it -> !calls.containsKey(it)).toList();
        if (waiting.isEmpty()) {
            return;
        }
        Running job = waiting.get(random.nextInt(waiting.size()));
        int worker = job.partition % WORKERS;
        if (read[worker] < job.controlPosition) {
            read(worker);
        }
        switch (cover(job, worker)) {
            case EXCEEDED, UNPAID -> {
                returns.merge(job.job, 1, Integer::sum);
                world.giveBack(job);
            }
            case UNKNOWN -> {}
            case COVERED -> {
                calls.put(job, job.job.amount());
                if (!isKnown()) {
                    addUnknown(job.job.amount());
                }
            }
        }
    }

    private LimitCover cover(Running job, int worker) {
        ControlState known =
                read[worker] == 0 ? ControlState.EMPTY : world.controlLog.get(read[worker] - 1);
        LimitCover cover = LimitCover.of(known.budgets(), job.record.job().headers());
        boolean isPaid = !job.record.costLimit().isUnpaid();
        return switch (fault) {
            case WORKERS_IGNORE_LIMITS -> LimitCover.COVERED;
            case WORKERS_IGNORE_FALLS -> isPaid ? LimitCover.COVERED : cover;
            case WORKERS_DO_NOT_WAIT -> cover == LimitCover.UNKNOWN ? LimitCover.COVERED : cover;
            default -> cover;
        };
    }

    private void end() {
        List<Running> running = world.running.stream().filter(calls::containsKey).toList();
        if (running.isEmpty()) {
            return;
        }
        Running job = running.get(random.nextInt(running.size()));
        int most = Objects.requireNonNull(calls.remove(job)).intValue();
        var cost = BigDecimal.valueOf(random.nextBoolean() ? most : random.nextInt(most + 1));
        spent = spent.add(cost);
        boolean isFinal =
                random.nextInt(4) > 0 || !job.record.costLimit().spend(cost).allowsAttemptAt(0);
        world.partitions.get(job.partition).costs.add(world.bill(job, cost, isFinal));
        if (acknowledged != null) {
            assertThat(spent)
                    .as("spent under the acknowledged " + acknowledged)
                    .isLessThanOrEqualTo(acknowledged.most());
        }
    }

    /** Reads, calls and ends everything. */
    private void finish() {
        for (int round = 0; isUnfinished(); round++) {
            assertThat(round)
                    .as(
                            () ->
                                    "rounds until all jobs have ended; in workers: "
                                            + world.running.size()
                                            + ", states: "
                                            + world.control.budgets().states()
                                            + ", limits: "
                                            + world.control.budgets().limits()
                                            + ", ended: "
                                            + world.ended.size()
                                            + " and "
                                            + world.refused.size()
                                            + " of "
                                            + world.jobs.size())
                    .isLessThan(MAX_ROUNDS);
            round();
        }
    }

    private void exchange() {
        world.owner.readControl();
        world.owner.readReport();
        world.owner.tick();
        world.owner.commit();
        for (PartitionWorld one : world.partitions) {
            one.readGrant();
            one.readCost();
            commit(one);
        }
    }

    private void round() {
        world.partitions.forEach(PartitionWorld::readRequest);
        exchange();
        for (int i = 0; i < WORKERS; i++) {
            read(i);
        }
        start();
        end();
        world.clock.advance(Duration.ofMillis(20));
    }

    /** Calls all that the limit allows. */
    private void callAll() {
        for (int i = 0; i < ROUNDS; i++) {
            round();
        }
    }

    private boolean isUnfinished() {
        return world.ended.size() + world.refused.size() < world.jobs.size() || world.hasUnread();
    }
}
