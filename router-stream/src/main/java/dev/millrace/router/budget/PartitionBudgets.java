package dev.millrace.router.budget;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.budget.PartitionLeases.Claims;
import dev.millrace.router.budget.Reserve.Funding;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.Interval;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingRoom;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
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
final class PartitionBudgets {
    /** Name of the step for metrics and messages. */
    static final String STEP = "budget";

    private static final int TURN_JOBS = 500;

    private final Port port;
    private final int partition;
    private final BudgetStore store;
    private final PartitionLeases leases;
    private final Settle settle;
    private final Reserve reserve;
    private final ParkedJobs parked;
    private final ParkedJobSender sender;
    private final WaitingRoom<PlannedRecord> room;
    private final Claims claims = new Claims();

    /**
     * True if a pass is due. Until the pass, a new job must not overtake parked jobs of its tenant.
     */
    private boolean isPassDue = true;

    private final Interval passes = new Interval(Duration.ofSeconds(1), 0);

    /** Looks at all queues within a long pass, which ends after many turns. */
    private final Interval shows = new Interval(Duration.ofSeconds(1), 0);

    /** What the budgets of a partition need of the router, and where they send their records. */
    interface Port {
        InstantSource clock();

        /** Ends records on which a decision fails. */
        InternalErrors errors();

        /** Returns the state of control; a changed state is another object. */
        ControlState control();

        BudgetAccounts accounts();

        /** Keeps the time of the oldest parked job of each partition. */
        OldestWaitingJob oldestParked();

        /** Returns a parked job, or a job that has returned unpaid, with its current costs. */
        PlannedJob atCurrentPrices(PlannedJob job);

        /** Returns why a parked job cannot be called any more; empty if it can. */
        Optional<Rejection> refusal(PlannedJob job);

        /**
         * Returns the time before which unfinished jobs are lost, in milliseconds since the epoch.
         */
        long lostBefore();

        /** Returns true if a job is known to have ended. */
        boolean hasEnded(JobId job);

        /**
         * Sends a job towards its model.
         *
         * @param wasParked whether the job has waited since its arrival
         */
        void release(PlannedRecord job, boolean wasParked);

        /**
         * Gives a parked job that has moved behind younger ones the present time as the time of its
         * routing, because the first job of a queue is taken to be its oldest one.
         */
        void onMoved(JobId job);

        /** Ends a job with an error. */
        void refuse(PlannedRecord job, Rejection rejection);

        /** Ends a parked job with an unreadable entry as a dead letter. */
        void bury(UnreadableJob job, String message);

        /** Sends a report to the owner of an account. */
        void report(String account, LeaseReport report);

        /** Counts a lost job after charging its reservation. */
        void onLost(JobId job, BigDecimal chargedUsd);
    }

    /**
     * Creates the budgets of a partition.
     *
     * @param entries the store {@link BudgetStore#NAME}
     */
    PartitionBudgets(KeyValueStore<Bytes, byte[]> entries, Port port, int partition) {
        this(entries, port, partition, TURN_JOBS);
    }

    /**
     * @param turnJobs most parked jobs that one turn releases or ends
     */
    PartitionBudgets(KeyValueStore<Bytes, byte[]> entries, Port port, int partition, int turnJobs) {
        this.port = port;
        this.partition = partition;
        store = new BudgetStore(entries);
        leases = new PartitionLeases(store, port, partition);
        settle = new Settle(store, port, leases);
        reserve = new Reserve(store, port, leases, settle);
        parked = new ParkedJobs(store, port);
        room =
                new WaitingRoom<>(
                        store.parked(),
                        parked,
                        STEP,
                        "money of its budget",
                        partition,
                        port::control,
                        port.clock(),
                        port.errors());
        sender = new ParkedJobSender(port, reserve, parked, room, claims, turnJobs);
        showOldest();
    }

    /** Handles a planned job. */
    void onJob(PlannedRecord job) {
        port.errors()
                .runOr(
                        STEP,
                        job.job().origin(),
                        () -> admit(job),
                        message -> port.refuse(job, Rejection.internal(message)));
        endTurn();
    }

    private void admit(PlannedRecord arrived) {
        Optional<PlannedRecord> known =
                arrived.hasReturned() ? settle.onReturned(arrived) : Optional.of(arrived);
        known.ifPresent(this::admitSettled);
    }

    private void admitSettled(PlannedRecord settled) {
        var identity = settled.job().identity();
        List<Funding> fundings =
                reserve.fundings(
                        identity.tenant(),
                        identity.batch(),
                        identity.apiKey(),
                        identity.batchLimitUsd());
        PlannedRecord job = priced(settled, !fundings.isEmpty());
        if (job.hasReturned() && job.costLimit().reserved().refusal() != null) {
            port.release(job, false);
            return;
        }
        if (fundings.isEmpty() || job.hasTooManyHeaders()) {
            port.release(job.withCostLimit(job.costLimit().withoutBudget()), false);
            return;
        }
        BigDecimal amount = Reserve.amount(job);
        Optional<Rejection> rejection = reserve.reject(fundings, amount, job.isShared());
        if (rejection.isPresent()) {
            port.refuse(job, rejection.get());
            return;
        }
        if (!parked.hasTenant(identity.tenant())) {
            claims.forget(identity.tenant());
        }
        String group = ParkedJobs.group(identity.tenant(), job.isShared(), fundings);
        if (isFirst(identity.tenant(), group) && Reserve.unpaid(fundings, amount, claims) == null) {
            port.release(reserve.reserve(job, fundings), false);
        } else {
            parked.park(job, group);
            isPassDue = true;
        }
    }

    /**
     * Returns a job with its costs, if it was planned before the limit of its budget was read. It
     * is refused for unbounded ones only if a budget pays it.
     */
    private PlannedRecord priced(PlannedRecord job, boolean isPaid) {
        JobCostLimit limit = job.costLimit();
        if (!job.hasReturned()) {
            // Without a budget, its max_cost_usd counts as reserved.
            return isPaid && limit.reservedUsd().signum() > 0
                    ? job.withCostLimit(limit.reserve(BigDecimal.ZERO, 0))
                    : job;
        }
        if (!limit.isUnpaid()) {
            return job;
        }
        PlannedRecord priced = job.with(port::atCurrentPrices);
        return isPaid || priced.costLimit().reserved().refusal() == null ? priced : job;
    }

    /**
     * Returns true if no parked job has to continue before a job of this queue; jobs that wait
     * aside cannot continue. Only jobs of the tenant have an account in common with the job.
     */
    private boolean isFirst(String tenant, String group) {
        return !parked.hasNext(group) && (!parked.hasTenant(tenant) || !isPassDue);
    }

    /** Handles a grant of the owner of an account. */
    void onGrant(String account, LeaseGrant grant, Origin origin) {
        port.errors().run(STEP, origin, () -> isPassDue |= leases.onGrant(account, grant));
        endTurn();
    }

    /** Handles a cost event of a job, which must be passed only once. */
    void onCost(CostEvent event, Origin origin) {
        port.errors()
                .run(
                        STEP,
                        origin,
                        () -> isPassDue |= settle.onCost(event) && !parked.queues().isEmpty());
        endTurn();
    }

    /**
     * Ends or releases parked jobs, and reports to the owners of accounts.
     *
     * @return true if there is something to commit
     */
    boolean onTick() {
        boolean hasWorked = room.onTick();
        isPassDue |= hasWorked || passes.isDue(port.clock().millis());
        hasWorked |= guarded(settle::sweep);
        hasWorked |= guarded(leases::sweep);
        hasWorked |= isPassDue && guarded(this::pass);
        hasWorked |= guarded(() -> leases.report(claims));
        endTurn();
        return hasWorked;
    }

    private boolean guarded(BooleanSupplier decision) {
        return port.errors().check(STEP, decision);
    }

    private boolean pass() {
        boolean hasWorked = sender.pass();
        isPassDue = sender.hasMore();
        if (!isPassDue || shows.isDue(port.clock().millis())) {
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
                .mapToLong(ParkedQueue::oldestMillis)
                .min()
                .ifPresentOrElse(
                        it -> port.oldestParked().set(partition, it),
                        () -> port.oldestParked().remove(partition));
    }

    /** Forgets this partition's parked jobs, which another router takes over. */
    void close() {
        port.oldestParked().remove(partition);
    }
}
