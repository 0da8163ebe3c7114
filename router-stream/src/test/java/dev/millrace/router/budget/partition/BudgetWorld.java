package dev.millrace.router.budget.partition;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.config.TenantConfig.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.router.budget.AccountLender;
import dev.millrace.router.budget.ShareGrant;
import dev.millrace.router.budget.ShareReport;
import dev.millrace.router.budget.account.Account;
import dev.millrace.router.budget.account.BudgetAccounts;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that borrow money of the owners of accounts, and a ledger that knows what jobs have
 * really cost. The ledger is independent of the shares.
 */
final class BudgetWorld {
    static final BigDecimal BATCH_LIMIT = new BigDecimal("30");

    final TestClock clock = new TestClock();
    final MeterRegistry meters = new SimpleMeterRegistry();
    final OldestParkedJob oldestParked = new OldestParkedJob();
    final List<PartitionWorld> partitions = new ArrayList<>();
    final Map<JobId, Job> jobs = new LinkedHashMap<>();
    final Map<ControlKey.Limit, BudgetLimit> limits = new HashMap<>();

    ControlState control = ControlState.EMPTY;
    long lostBefore = Long.MIN_VALUE;
    @Nullable Rejection modelRefusal;
    UnaryOperator<PlannedJob> repricing = UnaryOperator.identity();

    private final Map<String, AccountLender> owners = new HashMap<>();
    private final Map<String, Map<Integer, ShareGrant>> sent = new HashMap<>();

    /** Money that is spent or promised, by account: what the ledger of the provider says. */
    final Map<String, BigDecimal> spent = new HashMap<>();

    private final Map<String, BigDecimal> promised = new HashMap<>();

    /**
     * A job.
     *
     * @param declaredLimit limit that its batch has declared; null for none
     */
    record Job(
            String customId,
            String tenant,
            String batch,
            @Nullable BigDecimal declaredLimit,
            BigDecimal amount,
            @Nullable Instant deadline,
            Instant submittedAt) {
        JobId id() {
            return JobId.of(tenant, batch, customId);
        }
    }

    /** A released job. */
    static final class Running {
        final Job job;
        final int partition;
        final List<String> accounts;
        BigDecimal left;

        Running(Job job, int partition, List<String> accounts) {
            this.job = job;
            this.partition = partition;
            this.accounts = accounts;
            left = job.amount();
        }
    }

    /** A job that ended without a call. */
    record Refused(Job job, Rejection rejection) {}

    /** A record of the grants topic. */
    record Grant(String account, ShareGrant grant) {}

    final List<Running> released = new ArrayList<>();
    final List<Running> running = new ArrayList<>();
    final List<Refused> refused = new ArrayList<>();
    final List<JobId> lost = new ArrayList<>();

    /** The reports topic. */
    private final List<Received> reports = new ArrayList<>();

    private record Received(String account, ShareReport report) {}

    private final Map<String, Object> reported = new HashMap<>();

    /** Number of changes that anybody has seen; repeated reports change nothing. */
    int changes;

    /** A deliberate fault. */
    enum Fault {
        NONE,
        /** Grants are added up, as if they were amounts and no totals. */
        GRANTS_ADD_UP,
        /** Partitions keep money that others wait for. */
        NOTHING_IS_GIVEN_BACK,
        /** Cost events are read twice. */
        COSTS_COUNT_TWICE,
        /** Each job is parked first, although it may continue at once. */
        JOBS_WAIT_FOR_A_PASS
    }

    Fault fault = Fault.NONE;

    private int nextReport;

    BudgetWorld(int count) {
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionWorld(this, i));
        }
    }

    /** Tenant acme parks, each hour; tenant beta rejects, in total; others have no budget. */
    BudgetAccounts accounts() {
        return new BudgetAccounts(
                Map.of(
                        "acme",
                        tenant("60", Period.HOUR, OnExhausted.PARK),
                        "beta",
                        tenant("50", Period.TOTAL, OnExhausted.REJECT)),
                Map.of(),
                limits);
    }

    private static TenantConfig tenant(String limit, Period period, OnExhausted onExhausted) {
        return new TenantConfig(
                1,
                Optional.of(
                        new TenantConfig.Budget(
                                new BigDecimal(limit), period, ZoneOffset.UTC, onExhausted)));
    }

    List<Account> accountsOf(Job job) {
        return accounts().of(job.tenant(), job.batch(), job.declaredLimit(), clock.instant());
    }

    BudgetServices services() {
        return new BudgetServices(
                () -> control,
                this::accounts,
                job -> repricing.apply(job),
                _ -> Optional.ofNullable(modelRefusal),
                () -> lostBefore,
                oldestParked,
                clock,
                new InternalErrors(meters));
    }

    /** Returns a new job, which some partition must be given. */
    Job job(
            String tenant,
            String batch,
            @Nullable BigDecimal declaredLimit,
            int amount,
            @Nullable Instant deadline) {
        var job =
                new Job(
                        "job-" + jobs.size(),
                        tenant,
                        batch,
                        declaredLimit,
                        BigDecimal.valueOf(amount),
                        deadline,
                        clock.instant());
        jobs.put(job.id(), job);
        return job;
    }

    BudgetedJob planned(Job job, int partition) {
        var headers =
                new JobHeaders(
                                job.id(),
                                job.tenant(),
                                job.batch(),
                                null,
                                Priority.NORMAL,
                                job.deadline(),
                                job.submittedAt(),
                                "small",
                                List.of("small"),
                                0,
                                0,
                                partition,
                                null)
                        .withCostLimit(new JobCostLimit(job.amount(), List.of(job.amount())));
        var identity =
                new JobIdentity(
                        job.id(),
                        job.customId(),
                        job.tenant(),
                        job.batch(),
                        null,
                        "{\"of\":1}",
                        job.declaredLimit());
        var user = new RecordHeaders();
        user.add("own", new byte[] {1});
        return new BudgetedJob(
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

    private static String line(Job job) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","millrace":{"metadata":{"of":1}},\
        "body":{"model":"small","messages":[]}}"""
                .formatted(job.customId());
    }

    Job jobOf(BudgetedJob parked) {
        return Objects.requireNonNull(jobs.get(parked.job().identity().jobId()));
    }

    void onReleased(Running job) {
        changes++;
        released.add(job);
        running.add(job);
        job.accounts.forEach(it -> promised.merge(it, job.left, BigDecimal::add));
    }

    /** Bills an attempt of a running job, and returns its cost event. */
    CostEvent bill(Running job, BigDecimal cost, boolean isFinal) {
        job.accounts.forEach(
                it -> {
                    spent.merge(it, cost, BigDecimal::add);
                    promised.merge(it, isFinal ? job.left : cost, BigDecimal::subtract);
                });
        job.left = job.left.subtract(cost);
        if (isFinal) {
            running.remove(job);
        }
        return cost(job.job, cost, isFinal);
    }

    static CostEvent cost(Job job, BigDecimal cost, boolean isFinal) {
        CostEvent none = CostEvent.withoutCall(job.id(), job.tenant(), job.batch());
        return new CostEvent(
                none.eventId(),
                isFinal,
                none.tenant(),
                none.batch(),
                none.jobId(),
                null,
                null,
                1,
                cost.signum() == 0 ? CostKind.NONE : CostKind.BILLED,
                none.usage(),
                null,
                null,
                cost,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                null);
    }

    /** Returns what is spent and what running jobs may still spend. */
    BigDecimal committed(String account) {
        return spentOf(account).add(promised.getOrDefault(account, BigDecimal.ZERO));
    }

    BigDecimal spentOf(String account) {
        return spent.getOrDefault(account, BigDecimal.ZERO);
    }

    BigDecimal limit(String account) {
        ControlKey.Budget id = ControlKey.Budget.ofAccount(account).orElseThrow();
        return accounts().find(id, BATCH_LIMIT).orElseThrow().limit();
    }

    void onReport(String account, ShareReport report) {
        reports.add(new Received(account, report));
        var content = List.of(report.share(), report.demand(), report.rejectedJobs());
        if (!content.equals(reported.put(account + " " + report.partition(), content))) {
            changes++;
        }
    }

    boolean hasReports() {
        return nextReport < reports.size();
    }

    /** Lets the owners read a report, and lend. */
    void readReport() {
        if (hasReports()) {
            Received next = reports.get(nextReport++);
            owner(next.account()).onReport(next.report());
            lend(next.account());
        }
    }

    /** Reads reports again, as after a loss of the position. */
    void rewindReports(int count) {
        nextReport = Math.max(0, nextReport - count);
    }

    private AccountLender owner(String account) {
        return owners.computeIfAbsent(account, it -> new AccountLender(limit(it)));
    }

    private void lend(String account) {
        AccountLender owner = owner(account);
        owner.onLimit(limit(account));
        owner.lend();
        Map<Integer, ShareGrant> last = sent.computeIfAbsent(account, _ -> new HashMap<>());
        for (int partition : owner.partitions()) {
            ShareGrant grant = owner.grant(partition);
            if (!grant.equals(last.put(partition, grant))) {
                partitions.get(partition).grants.add(new Grant(account, faulty(account, grant)));
            }
        }
    }

    private final Map<String, BigDecimal> addedUp = new HashMap<>();

    private ShareGrant faulty(String account, ShareGrant grant) {
        return switch (fault) {
            case NONE, COSTS_COUNT_TWICE, JOBS_WAIT_FOR_A_PASS -> grant;
            case GRANTS_ADD_UP ->
                    new ShareGrant(
                            addedUp.merge(account, grant.lent(), BigDecimal::add),
                            grant.firstWaiting(),
                            grant.limit(),
                            grant.spent(),
                            grant.reserved());
            case NOTHING_IS_GIVEN_BACK ->
                    new ShareGrant(
                            grant.lent(), null, grant.limit(), grant.spent(), grant.reserved());
        };
    }

    void lendAll() {
        List.copyOf(owners.keySet()).forEach(this::lend);
    }
}
