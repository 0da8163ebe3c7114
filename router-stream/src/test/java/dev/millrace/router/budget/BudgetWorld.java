package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that borrow money from the owner of the accounts, and a ledger of the true costs of
 * jobs. The ledger is independent of the partitions' leases.
 */
final class BudgetWorld {
    static final BigDecimal BATCH_LIMIT = new BigDecimal("30");
    static final Duration REPEATS_WINDOW = Duration.ofDays(1);
    static final BigDecimal TENANT_LIMIT = new BigDecimal("60");

    static final BigDecimal CLAIMED_LIMIT = new BigDecimal("10");

    /** Number of claimed tenants with separate accounts in each period. */
    static final int CLAIMED_TENANTS = 2;

    final TestClock clock = new TestClock();
    final MeterRegistry meters = new SimpleMeterRegistry();
    final OldestWaitingJob oldestParked = new OldestWaitingJob();
    final List<PartitionWorld> partitions = new ArrayList<>();
    final Map<JobId, Job> jobs = new LinkedHashMap<>();
    ControlState control = ControlState.EMPTY;
    long lostBefore = Long.MIN_VALUE;
    @Nullable Rejection modelRefusal;
    UnaryOperator<PlannedJob> repricing = UnaryOperator.identity();

    final Ledger ledger = new Ledger();
    final OwnerWorld owner;
    final int partitionCount;

    /**
     * A job.
     *
     * @param apiKey id of the API key that submitted it; null for none
     * @param declaredLimit limit that its batch has declared; null for none
     * @param amount the highest cost of an attempt
     */
    record Job(
            String customId,
            String tenant,
            String batch,
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit,
            BigDecimal amount,
            @Nullable Instant deadline,
            Instant submittedAt) {
        JobId id() {
            return JobId.of(tenant, batch, customId);
        }
    }

    /** Time and place of a job's arrival; the order in which partitions are served. */
    record Arrival(long atMillis, int partition, int sequence) {
        static final Comparator<Arrival> ORDER =
                Comparator.comparingLong(Arrival::atMillis)
                        .thenComparingInt(Arrival::partition)
                        .thenComparingInt(Arrival::sequence);
    }

    private final Map<JobId, Arrival> arrivals = new HashMap<>();
    private int nextArrival;

    Arrival arrival(Job job) {
        return Objects.requireNonNull(arrivals.get(job.id()));
    }

    /** Returns true if a job was cancelled after its partition had read it. */
    boolean isCancelledSinceItCame(Job job) {
        return control.isCancelled(
                job.tenant(),
                job.batch(),
                job.id(),
                Instant.ofEpochMilli(arrival(job).atMillis() + 1));
    }

    /** A released job. */
    static final class Running {
        final Job job;
        final int partition;
        List<String> accounts = List.of();
        BigDecimal left = BigDecimal.ZERO;

        /** Number of states of control when the job was released. */
        int controlPosition;

        PlannedRecord record;
        private int attempts;

        Running(Job job, int partition, PlannedRecord record) {
            this.job = job;
            this.partition = partition;
            this.record = record;
        }

        private void onBilled(BigDecimal cost) {
            attempts++;
            record = record.withCostLimit(record.costLimit().spend(cost));
        }

        /** Returns the record that returns this job for another attempt. */
        PlannedRecord returned() {
            return record.withBatchLimit(null)
                    .with(
                            it ->
                                    new PlannedJob(
                                            it.identity(),
                                            new Origin("retrieved", partition, attempts),
                                            it.headers()
                                                    .returned(attempts, attempts, BigDecimal.ZERO),
                                            it.bytes()));
        }
    }

    /** A job that ended without a call. */
    record Refused(Job job, Rejection rejection) {}

    /**
     * A record of the grants topic.
     *
     * @param view number of limits that the owner had read
     * @param exceeded costs of jobs beyond their reservations, as known to the owner
     */
    record Grant(String account, LeaseGrant grant, int view, BigDecimal exceeded) {}

    /**
     * A record of the cost events topic.
     *
     * @param exceeded cost of the attempt beyond the reservation of its job
     */
    record Cost(CostEvent event, List<String> accounts, BigDecimal exceeded) {}

    final List<Running> released = new ArrayList<>();
    final List<Running> running = new ArrayList<>();
    final List<Refused> refused = new ArrayList<>();
    final List<JobId> lost = new ArrayList<>();

    /** Parked jobs that have moved to another queue. */
    final List<JobId> moved = new ArrayList<>();

    private final Map<String, Object> reported = new HashMap<>();

    /** Number of visible changes; repeated reports change nothing. */
    int changes;

    /** A deliberate fault. */
    enum Fault {
        NONE,
        /** Grants are added up, as if they were amounts and no totals. */
        GRANTS_ADD_UP,
        /** Partitions keep money that other partitions wait for. */
        NOTHING_IS_GIVEN_BACK,
        /** Cost events are read twice. */
        COSTS_COUNT_TWICE,
        /** Each job is parked first, even if it could continue at once. */
        JOBS_WAIT_FOR_A_PASS,
        /** Partitions reserve although they know that the limit is exceeded. */
        EXCEEDED_LIMIT_IS_IGNORED,
        /** The owner keeps the higher limit. */
        LOWER_LIMITS_ARE_NOT_READ,
        /** The owner keeps the lower limit. */
        HIGHER_LIMITS_ARE_NOT_READ,
        /** Partitions do not learn that jobs are cancelled. */
        CANCELLATIONS_ARE_NOT_READ,
        /** The owner removes the account of a batch as soon as no job uses it. */
        UNUSED_BATCHES_ARE_REMOVED_AT_ONCE,
        /** Partitions do not learn the spending of others: jobs wait for money that is spent. */
        SPENT_MONEY_IS_HIDDEN,
        /** Partitions think that half of the rest is spent: jobs that fit wait aside. */
        SPENT_MONEY_IS_OVERSTATED,
        /** Partitions report as spent only what they had reserved. */
        EXCESS_IS_NOT_REPORTED,
        /** Each claimed tenant has a separate account. */
        CLAIMED_TENANTS_ARE_UNBOUNDED
    }

    Fault fault = Fault.NONE;

    /** False if jobs are called before their budget has a limit. */
    boolean areAllCallsReserved = true;

    /** False if partitions ignore costs for which nothing was reserved, as a deliberate fault. */
    boolean areAllCostsCounted = true;

    /** False if the owner does not ask what partitions have counted, as a deliberate fault. */
    boolean isOwnerAsking = true;

    /** False if partitions ignore grants for later leases, as a deliberate fault. */
    boolean areLeasesReopened = true;

    /** True if a job's maximum cost counts as reserved, as a deliberate fault. */
    boolean arePlansReserved;

    /** Jobs with a maximum cost that were planned while they had no budget. */
    final Set<JobId> plannedEarlier = new HashSet<>();

    /** All states of control, in order. */
    final List<ControlState> controlLog = new ArrayList<>();

    /** True if a job without money for another attempt returns to its partition. */
    boolean jobsReturn = true;

    /** Jobs that have ended after a call. */
    final List<JobId> ended = new ArrayList<>();

    private final Map<JobId, Running> called = new HashMap<>();

    BudgetWorld(int count) {
        partitionCount = count;
        owner = new OwnerWorld(this);
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionWorld(this, i));
        }
    }

    /** Tenants without an entry. */
    static final List<String> CLAIMED =
            List.of("claimed-0", "claimed-1", "claimed-2", "claimed-3", "claimed-4");

    /** Name of the batches that reject. */
    static final String STRICT = "strict";

    /**
     * Tenant acme parks, each hour; tenant beta rejects, in total; tenant free has no budget;
     * others park, each day. Batches park, except for {@link #STRICT} ones.
     */
    BudgetAccounts accounts() {
        return new BudgetAccounts(
                Map.of(
                        "acme",
                        tenant(TENANT_LIMIT, Period.HOUR, OnExhausted.PARK),
                        "beta",
                        tenant(new BigDecimal("50"), Period.TOTAL, OnExhausted.REJECT),
                        "free",
                        TenantConfig.DEFAULT,
                        TenantConfig.DEFAULT_NAME,
                        tenant(CLAIMED_LIMIT, Period.DAY, OnExhausted.PARK)),
                Map.of(STRICT, new BatchConfig(new BatchConfig.Budget(OnExhausted.REJECT))),
                control.budgets().limits());
    }

    private static TenantConfig tenant(BigDecimal limit, Period period, OnExhausted onExhausted) {
        return new TenantConfig(
                1,
                Optional.of(new TenantConfig.Budget(limit, period, ZoneOffset.UTC, onExhausted)));
    }

    List<Account> accountsOf(Job job) {
        return accounts()
                .of(job.tenant(), job.batch(), job.apiKey(), job.declaredLimit(), clock.instant());
    }

    /** The router around a partition, without the records that it sends. */
    abstract static class Router implements PartitionBudgets.Port {
        private final BudgetWorld world;
        private final InternalErrors errors;

        Router(BudgetWorld world) {
            this.world = world;
            errors = new InternalErrors(world.meters);
        }

        @Override
        public InstantSource clock() {
            return world.clock;
        }

        @Override
        public InternalErrors errors() {
            return errors;
        }

        @Override
        public ControlState control() {
            return world.fault == Fault.CANCELLATIONS_ARE_NOT_READ
                    ? ControlState.EMPTY
                    : world.control;
        }

        @Override
        public BudgetAccounts accounts() {
            return world.accounts();
        }

        @Override
        public OldestWaitingJob oldestParked() {
            return world.oldestParked;
        }

        @Override
        public PlannedJob atCurrentPrices(PlannedJob job) {
            return world.repricing.apply(job);
        }

        @Override
        public Optional<Rejection> refusal(PlannedJob job) {
            return Optional.ofNullable(world.modelRefusal);
        }

        @Override
        public long lostBefore() {
            return world.lostBefore;
        }

        @Override
        public boolean hasEnded(JobId job) {
            return world.ended.contains(job);
        }
    }

    /** Returns a new job without an API key; the caller chooses its partition. */
    Job job(
            String tenant,
            String batch,
            @Nullable BigDecimal declaredLimit,
            int amount,
            @Nullable Instant deadline) {
        return job(tenant, batch, null, declaredLimit, amount, deadline);
    }

    /** Returns a new job, which some partition must be given. */
    Job job(
            String tenant,
            String batch,
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit,
            int amount,
            @Nullable Instant deadline) {
        var job =
                new Job(
                        "job-" + jobs.size(),
                        tenant,
                        batch,
                        apiKey,
                        declaredLimit,
                        BigDecimal.valueOf(amount),
                        deadline,
                        clock.instant());
        jobs.put(job.id(), job);
        return job;
    }

    /** Returns a job that has just arrived at a partition. */
    PlannedRecord arrived(Job job, int partition) {
        arrivals.put(job.id(), new Arrival(clock.millis(), partition, nextArrival++));
        var headers =
                new JobHeaders(
                                new JobHeaders.Identity(
                                        job.id(),
                                        job.tenant(),
                                        job.batch(),
                                        null,
                                        job.apiKey(),
                                        null,
                                        null),
                                new JobHeaders.Submission(
                                        Priority.NORMAL, job.deadline(), job.submittedAt()),
                                new JobHeaders.Route("small", List.of("small"), partition))
                        .withCostLimit(plan(job));
        var identity =
                new JobIdentity(
                        job.id(),
                        job.customId(),
                        job.tenant(),
                        job.batch(),
                        null,
                        "{\"of\":1}",
                        job.declaredLimit(),
                        job.apiKey());
        var user = new RecordHeaders();
        user.add("own", new byte[] {1});
        return new PlannedRecord(
                new PlannedJob(
                        identity,
                        new Origin("requests", partition, 0),
                        headers,
                        line(job).getBytes(UTF_8)),
                null,
                user,
                job.submittedAt().toEpochMilli(),
                clock.millis());
    }

    private JobCostLimit plan(Job job) {
        return plannedEarlier.contains(job.id())
                ? new JobCostLimit(job.amount().multiply(BigDecimal.TWO), List.of(job.amount()))
                : JobCostLimit.underBudget(List.of(job.amount()), List.of(), null);
    }

    private static String line(Job job) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","millrace":{"metadata":{"of":1}},\
        "body":{"model":"small","messages":[]}}\
        """
                .formatted(job.customId());
    }

    /**
     * Returns the total that claimed tenants have spent in the current period and that their
     * running jobs can still spend, without costs beyond reservations.
     */
    BigDecimal committedByClaimedTenants() {
        return CLAIMED.stream()
                .flatMap(it -> accounts().ofTenant(it, clock.instant()).stream())
                .map(it -> it.id().account())
                .map(it -> ledger.committed(it).subtract(ledger.exceeded(it)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    Job jobOf(PlannedRecord parked) {
        return Objects.requireNonNull(jobs.get(parked.job().identity().jobId()));
    }

    /**
     * Records that a job continues.
     *
     * @param grants the last grant of each of the job's accounts that its partition had read
     */
    void onReleased(
            PlannedRecord record, int partition, List<String> accounts, List<Grant> grants) {
        changes++;
        Job of = jobOf(record);
        Running job = called.computeIfAbsent(of.id(), _ -> new Running(of, partition, record));
        JobCostLimit limit = record.costLimit();
        BigDecimal reserved = limit.reservedUsd().subtract(limit.spentUsd());
        job.accounts = accounts;
        ledger.promise(accounts, reserved, clock.instant());
        job.left = reserved;
        job.record = record;
        job.controlPosition = controlLog.size();
        released.add(job);
        running.add(job);
        if (areAllCallsReserved && reserved.signum() > 0) {
            grants.forEach(it -> BudgetSimulation.checkRelease(this, it));
        }
    }

    boolean isCalled(Job job) {
        return called.containsKey(job.id());
    }

    /** Ends a job that has returned, because the router reserves nothing more for it. */
    void onRefused(Job job) {
        changes++;
        Running run = Objects.requireNonNull(called.get(job.id()));
        partitions.get(run.partition).costs.add(bill(run, BigDecimal.ZERO, true));
    }

    /** Records that a job has returned to its partition. */
    void onReturned(PlannedRecord record, int partition) {
        arrivals.put(jobOf(record).id(), new Arrival(clock.millis(), partition, nextArrival++));
    }

    /** Bills an attempt of a running job, and returns its cost event. */
    Cost bill(Running job, BigDecimal cost, boolean isFinal) {
        BigDecimal within = cost.min(job.left);
        ledger.bill(job.accounts, cost, isFinal ? job.left : within, clock.instant());
        if (!areAllCallsReserved) {
            ledger.bill(unreserved(job), cost, BigDecimal.ZERO, clock.instant());
        }
        ledger.exceed(job.accounts, cost.subtract(within));
        job.left = job.left.subtract(within);
        job.onBilled(cost);
        if (isFinal) {
            running.remove(job);
            ended.add(job.job.id());
        } else if (jobsReturn
                && job.left.compareTo(job.job.amount()) < 0
                && job.record.costLimit().allowsAttemptAt(0)) {
            giveBack(job);
        }
        return new Cost(
                cost(job.job, job.attempts, cost, isFinal), job.accounts, cost.subtract(within));
    }

    /** Returns the accounts that count the cost of a job and have reserved nothing for it. */
    private List<String> unreserved(Running job) {
        return accounts().counting(job.job.tenant(), job.job.batch(), clock.instant()).stream()
                .map(it -> it.id().account())
                .filter(it -> !job.accounts.contains(it))
                .toList();
    }

    /** Returns a job to its partition. */
    void giveBack(Running job) {
        changes++;
        running.remove(job);
        ledger.promise(job.accounts, job.left.negate(), clock.instant());
        job.left = BigDecimal.ZERO;
        partitions.get(job.partition).returns.add(job.returned());
    }

    private static CostEvent cost(Job job, int attempt, BigDecimal cost, boolean isFinal) {
        CostEvent none = CostEvent.withoutCall(job.id(), job.tenant(), job.batch());
        return new CostEvent(
                none.eventId(),
                isFinal,
                new BatchJob(none.jobId(), none.tenant(), none.batch()),
                null,
                Route.NONE,
                new AttemptCost(
                        null,
                        null,
                        attempt,
                        cost.signum() == 0 ? CostKind.NONE : CostKind.BILLED,
                        PricedUsage.of(none.usage(), null, null),
                        cost,
                        BigDecimal.ZERO),
                BigDecimal.ZERO,
                null);
    }

    static BigDecimal limit(BudgetAccounts accounts, String account) {
        ControlKey.Budget id = ControlKey.Budget.ofAccount(account).orElseThrow();
        return accounts.find(id, BATCH_LIMIT).orElseThrow().limit();
    }

    /**
     * Sends a report to the owner.
     *
     * @param exceeded costs of the account's jobs beyond their reservations, as known to the
     *     partition
     */
    void onReport(String account, LeaseReport report, BigDecimal exceeded) {
        owner.send(
                account,
                fault == Fault.EXCESS_IS_NOT_REPORTED ? withoutExcess(report) : report,
                exceeded);
        var content = List.of(report.balance(), report.demand(), report.rejectedJobs());
        if (!content.equals(reported.put(account + " " + report.partition(), content))) {
            changes++;
        }
    }

    private static LeaseReport withoutExcess(LeaseReport report) {
        Balance balance = report.balance();
        BigDecimal backed =
                balance.lent().subtract(balance.returned()).subtract(balance.reserved());
        return new LeaseReport(
                report.partition(),
                report.openedMillis(),
                report.sequence(),
                new Balance(
                        balance.lent(),
                        balance.returned(),
                        balance.reserved(),
                        balance.spent().min(backed).max(BigDecimal.ZERO)),
                report.demand(),
                report.rejectedJobs(),
                report.declaredLimit());
    }

    /** Returns true if a partition or the owner has unread messages. */
    boolean hasUnread() {
        return owner.hasUnread() || partitions.stream().anyMatch(PartitionWorld::hasUnread);
    }

    /** Publishes a limit, which the owner reads later. */
    void setLimit(ControlKey.Limit key, BigDecimal limit) {
        publish(new ControlRecord(key, new BudgetLimit(limit, clock.instant(), "me").toJson()));
    }

    void publish(ControlRecord published) {
        if (areAllCallsReserved
                && published.key() instanceof ControlKey.Budget id
                && published.value() == null) {
            BudgetSimulation.checkRemoval(this, id);
            owner.onRemoved();
            ledger.remove(id.account());
        }
        control = control.with(published.key().text(), published.value());
        controlLog.add(control);
    }

    private final Map<String, BigDecimal> addedUp = new HashMap<>();

    /** Returns what a partition reads of a grant. */
    LeaseGrant read(Grant sent) {
        LeaseGrant grant = sent.grant();
        return switch (fault) {
            case GRANTS_ADD_UP ->
                    with(
                            grant,
                            addedUp.merge(sent.account(), grant.lent(), BigDecimal::add),
                            grant.firstWaiting());
            case NOTHING_IS_GIVEN_BACK -> with(grant, grant.lent(), null);
            case EXCEEDED_LIMIT_IS_IGNORED ->
                    WaitingPartition.OVER_LIMIT.equals(grant.firstWaiting())
                            ? with(grant, grant.lent(), null)
                            : grant;
            case SPENT_MONEY_IS_HIDDEN -> withSpent(grant, BigDecimal.ZERO);
            case SPENT_MONEY_IS_OVERSTATED ->
                    withSpent(
                            grant,
                            grant.spent()
                                    .add(grant.limit())
                                    .divide(BigDecimal.TWO, RoundingMode.UP)
                                    .max(grant.spent()));
            default -> grant;
        };
    }

    private static LeaseGrant withSpent(LeaseGrant grant, BigDecimal spent) {
        return new LeaseGrant(
                grant.openedMillis(),
                grant.lent(),
                grant.firstWaiting(),
                grant.limit(),
                spent,
                grant.reserved());
    }

    private static LeaseGrant with(
            LeaseGrant grant, BigDecimal lent, @Nullable WaitingPartition firstWaiting) {
        return new LeaseGrant(
                grant.openedMillis(),
                lent,
                firstWaiting,
                grant.limit(),
                grant.spent(),
                grant.reserved());
    }
}
