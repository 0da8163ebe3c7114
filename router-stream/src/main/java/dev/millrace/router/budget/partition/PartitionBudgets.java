package dev.millrace.router.budget.partition;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.budget.partition.JobReservations.FundingLease;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.Interval;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingRoom;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The budgets of one request partition. Each arriving job takes one of three paths:
 *
 * <pre>
 * an account has spent too much, and rejects ─► it ends with an error
 * all its accounts cover it ──────────────────► money is reserved, and it continues to its model
 * else ───────────────────────────────────────► it is parked until they cover it; while it needs
 *                                               more than one of them has left, it waits aside, and
 *                                               later jobs that need less continue
 * </pre>
 *
 * <p>A job that returns from a worker, for another attempt or because of a limit that was set or
 * lowered after it was routed, takes one of the same paths. The worker ends it if it is refused.
 * Identical jobs may wait for its answer, and hold the money that it waits for: then it waits only
 * for {@link ParkedJobSender#LONGEST_LEADER_WAIT}, and only if its accounts have enough left. If it
 * ends, the next one of them is called.
 *
 * <p>Each method runs within one transaction: its writes to the store, its messages and the handled
 * record are committed together.
 */
public final class PartitionBudgets {
    private static final int TURN_JOBS = 500;

    private final BudgetServices services;
    private final BudgetOutputs outputs;
    private final int partition;
    private final BudgetStore store;
    private final PartitionLeases leases;
    private final JobReservations reservations;
    private final ParkedJobs parked;
    private final ParkedJobSender releaser;
    private final WaitingRoom<PlannedRecord> room;
    private final Claims claims = new Claims();

    /**
     * True if a pass is due. Until the pass, a new job must not overtake parked jobs of its tenant.
     */
    private boolean isPassDue = true;

    private final Interval passes = new Interval(Duration.ofSeconds(1), 0);

    /** Looks at all queues within a long pass, which ends after many turns. */
    private final Interval shows = new Interval(Duration.ofSeconds(1), 0);

    /**
     * Creates the budgets of a partition.
     *
     * @param entries the store {@link BudgetStore#NAME}
     */
    public PartitionBudgets(
            KeyValueStore<Bytes, byte[]> entries,
            BudgetServices services,
            BudgetOutputs outputs,
            int partition) {
        this(entries, services, outputs, partition, TURN_JOBS);
    }

    /**
     * @param turnJobs most parked jobs that one turn releases or ends
     */
    PartitionBudgets(
            KeyValueStore<Bytes, byte[]> entries,
            BudgetServices services,
            BudgetOutputs outputs,
            int partition,
            int turnJobs) {
        this.services = services;
        this.outputs = outputs;
        this.partition = partition;
        store = new BudgetStore(entries);
        leases = new PartitionLeases(store, services, outputs, partition);
        reservations = new JobReservations(store, services, outputs, leases);
        parked = new ParkedJobs(store, services.errors(), services.repricing());
        var ends = new ParkedJobEnds(outputs, parked);
        room =
                new WaitingRoom<>(
                        store.parked(),
                        ends,
                        BudgetServices.STEP,
                        "money of its budget",
                        partition,
                        services.control(),
                        services.clock(),
                        services.errors());
        releaser =
                new ParkedJobSender(
                        services, outputs, reservations, parked, ends, room, claims, turnJobs);
        showOldest();
    }

    /** Handles a planned job. */
    public void onJob(PlannedRecord job) {
        services.errors()
                .runOr(
                        BudgetServices.STEP,
                        job.job().origin(),
                        () -> admit(job),
                        message -> outputs.refuse(job, Rejection.internal(message)));
        endTurn();
    }

    private void admit(PlannedRecord arrived) {
        PlannedRecord job = arrived;
        if (arrived.hasReturned()) {
            Optional<PlannedRecord> returned = reservations.onReturned(arrived);
            if (returned.isEmpty()) {
                return;
            }
            job = returned.get();
        }
        var identity = job.job().identity();
        List<FundingLease> fundingLeases =
                reservations.fundingLeases(
                        identity.tenant(),
                        identity.batch(),
                        identity.apiKey(),
                        identity.batchLimitUsd());
        if (job.job().headers().hasReturnedUnpaid()) {
            job = priced(job, !fundingLeases.isEmpty());
        }
        if (job.hasReturned() && job.costLimit().reserved().refusal() != null) {
            outputs.release(job, false);
            return;
        }
        if (fundingLeases.isEmpty() || job.hasTooManyHeaders()) {
            outputs.release(job.withCostLimit(job.costLimit().withoutBudget()), false);
            return;
        }
        BigDecimal amount = job.neededUsd();
        Optional<Rejection> rejection =
                reservations.rejectUnpayable(fundingLeases, amount, job.isShared());
        if (rejection.isPresent()) {
            outputs.refuse(job, rejection.get());
            return;
        }
        if (!parked.hasTenant(identity.tenant())) {
            claims.forget(identity.tenant());
        }
        String group = ParkedJobs.group(identity.tenant(), job.isShared(), fundingLeases);
        if (isFirst(identity.tenant(), group) && claims.unpaid(fundingLeases, amount) == null) {
            reserve(job, fundingLeases, amount);
        } else {
            parked.park(job, group);
            isPassDue = true;
        }
    }

    /** Returns a job with its costs. It is refused for unbounded ones only if a budget pays it. */
    private PlannedRecord priced(PlannedRecord job, boolean isPaid) {
        PlannedRecord priced = job.with(services.repricing());
        return isPaid || priced.costLimit().reserved().refusal() == null ? priced : job;
    }

    private void reserve(PlannedRecord job, List<FundingLease> fundingLeases, BigDecimal amount) {
        reservations.reserve(
                job.job().identity().jobId(), job.hasReturned(), fundingLeases, amount);
        outputs.release(job.reserved(JobReservations.ids(fundingLeases)), false);
    }

    /**
     * Returns true if no parked job has to continue before a job of this queue; jobs that wait
     * aside cannot continue. Only jobs of the tenant have an account in common with the job.
     */
    private boolean isFirst(String tenant, String group) {
        return !parked.hasNext(group) && (!parked.hasTenant(tenant) || !isPassDue);
    }

    /** Handles a grant of the owner of an account. */
    public void onGrant(String account, LeaseGrant grant, Origin origin) {
        services.errors().run(BudgetServices.STEP, origin, () -> applyGrant(account, grant));
        endTurn();
    }

    private void applyGrant(String account, LeaseGrant grant) {
        ActiveLease lease = leases.find(account);
        if (grant.equals(LeaseGrant.QUESTION)) {
            leases.answer(account);
        } else if (lease != null) {
            lease.set(lease.stored().onGrant(grant));
            isPassDue = true;
        } else if (grant.lent().signum() > 0) {
            var _ = leases.reopen(account);
        }
    }

    /** Handles a cost event of a job, which must be passed only once. */
    public void onCost(CostEvent event, Origin origin) {
        services.errors()
                .run(
                        BudgetServices.STEP,
                        origin,
                        () ->
                                isPassDue |=
                                        reservations.settle(event) && !parked.queues().isEmpty());
        endTurn();
    }

    /**
     * Ends or releases parked jobs, and reports to the owners of accounts.
     *
     * @return true if there is something to commit
     */
    public boolean onTick() {
        boolean hasWorked = room.onTick();
        isPassDue |= hasWorked || passes.isDue(services.clock().millis());
        hasWorked |= guarded(reservations::sweep);
        hasWorked |= guarded(leases::sweep);
        hasWorked |= isPassDue && guarded(this::pass);
        hasWorked |= guarded(() -> leases.report(claims));
        endTurn();
        return hasWorked;
    }

    private boolean guarded(BooleanSupplier decision) {
        return services.errors().check(BudgetServices.STEP, decision);
    }

    private boolean pass() {
        boolean hasWorked = releaser.pass();
        isPassDue = releaser.hasMore();
        if (!isPassDue || shows.isDue(services.clock().millis())) {
            showOldest();
        }
        return hasWorked;
    }

    private void endTurn() {
        leases.save();
        store.parked().save();
    }

    private void showOldest() {
        parked.queues().stream()
                .mapToLong(ParkedJobs.Queue::oldestMillis)
                .min()
                .ifPresentOrElse(
                        it -> services.oldestParked().set(partition, it),
                        () -> services.oldestParked().remove(partition));
    }

    /** Forgets this partition's parked jobs, which another router takes over. */
    public void close() {
        services.oldestParked().remove(partition);
    }
}
