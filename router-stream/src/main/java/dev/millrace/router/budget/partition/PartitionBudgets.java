package dev.millrace.router.budget.partition;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.budget.ShareGrant;
import dev.millrace.router.budget.partition.JobReservations.FundingShare;
import dev.millrace.router.budget.partition.ParkedJobs.Head;
import dev.millrace.router.budget.partition.ParkedJobs.Unreadable;
import dev.millrace.router.budget.partition.ParkedJobs.Head;
import dev.millrace.router.budget.partition.ParkedJobs.Unreadable;
import dev.millrace.router.budget.partition.store.BudgetStore;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.budget.partition.store.UnreadableJob;
import dev.millrace.router.budget.partition.store.UnreadableJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.TurnLimit;
import dev.millrace.router.waiting.WaitEnd;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobChecks;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of one request partition. A new job has one of these ways:
 *
 * <pre>
 * an account has spent too much, and rejects ─► it ends with an error
 * all its accounts cover it ──────────────────► money is reserved, and it continues to its model
 * else ───────────────────────────────────────► it is parked until they cover it
 * </pre>
 *
 * Each method runs within one transaction: what it writes to the store, what it sends, and the
 * record that it handles are committed together.
 */
public final class PartitionBudgets {
    private static final int TURN_JOBS = 500;
    private static final long CHECK_MILLIS = Duration.ofSeconds(1).toMillis();

    private static final Comparator<ParkedJobs.Queue> LONGEST_WAITING_FIRST =
            Comparator.<ParkedJobs.Queue>comparingLong(it -> it.first().sinceMillis())
                    .thenComparingLong(it -> it.first().sequence());

    private final BudgetServices services;
    private final BudgetOutputs outputs;
    private final int partition;
    private final BudgetStore store;
    private final Shares shares;
    private final JobReservations reservations;
    private final ParkedJobs parked;
    private final WaitingJobChecks checks;
    private final int turnJobs;

    /** Claims of the last complete pass. */
    private Claims claims = new Claims();

    /** Whether a pass is due; until then, further jobs must not overtake parked ones. */
    private boolean isPassDue = true;

    private long checkedMillis;

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
     * @param turnJobs parked jobs that one pass releases or ends at most
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
        this.turnJobs = turnJobs;
        store = new BudgetStore(entries);
        shares = new Shares(store, services, outputs, partition);
        reservations = new JobReservations(store, services, outputs, shares);
        parked = new ParkedJobs(store, services.errors());
        checks =
                new WaitingJobChecks(
                        store.parked(),
                        store.totals(),
                        services.control(),
                        services.clock(),
                        "money of its budget",
                        this::endWaiting);
        showOldest();
    }

    /** Handles a planned job. */
    public void onJob(BudgetedJob job) {
        var _ =
                services.errors()
                        .decide(
                                BudgetServices.STEP,
                                job.job().origin(),
                                () -> {
                                    admit(job);
                                    return true;
                                },
                                message -> {
                                    outputs.refuse(job, Rejection.internal(message));
                                    return false;
                                });
        endTurn();
    }

    private void admit(BudgetedJob job) {
        var identity = job.job().identity();
        List<FundingShare> fundingShares =
                reservations.fundingShares(
                        identity.tenant(), identity.batch(), identity.batchLimitUsd());
        if (fundingShares.isEmpty() || job.hasTooManyHeaders()) {
            outputs.release(job, false);
            return;
        }
        Optional<Rejection> rejection = reservations.rejectUnpayable(fundingShares, job.amount());
        if (rejection.isPresent()) {
            outputs.refuse(job, rejection.get());
            return;
        }
        String group = group(job, fundingShares);
        if (isFirst(group) && unpaid(fundingShares, job.amount(), claims) == null) {
            reservations.reserve(identity.jobId(), fundingShares, job.amount());
            outputs.release(job, false);
        } else {
            parked.park(job, group);
            isPassDue = true;
        }
    }

    private static String group(BudgetedJob job, List<FundingShare> fundingShares) {
        var identity = job.job().identity();
        boolean hasOwn =
                fundingShares.stream()
                        .anyMatch(it -> it.account().id() instanceof ControlKey.BatchBudget);
        return ParkedJobs.group(identity.tenant(), hasOwn ? identity.batch() : null);
    }

    /** Returns true if no parked job may have to continue before a job of this queue. */
    private boolean isFirst(String group) {
        return parked.queues().isEmpty() || (!isPassDue && !parked.has(group));
    }

    /**
     * Returns the first account that does not pay a job: it does not cover the amount, or a job
     * that came earlier waits for its money. Returns null if all pay.
     */
    private static @Nullable FundingShare unpaid(
            List<FundingShare> fundingShares, BigDecimal amount, Claims earlier) {
        for (FundingShare funding : fundingShares) {
            if (earlier.has(funding.id()) || !funding.share().covers(amount)) {
                return funding;
            }
        }
        return null;
    }

    /** Handles a grant of the owner of an account. */
    public void onGrant(String account, ShareGrant grant, Origin origin) {
        services.errors().run(BudgetServices.STEP, origin, () -> applyGrant(account, grant));
        endTurn();
    }

    private void applyGrant(String account, ShareGrant grant) {
        ActiveShare share = shares.find(account);
        // Without a share, the grant is for a period that ended long ago.
        if (share != null) {
            share.set(share.stored().onGrant(grant));
            isPassDue = true;
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
        boolean hasWorked = guarded(checks::endCancelled);
        hasWorked |= guarded(reservations::sweep);
        hasWorked |= guarded(shares::sweep);
        long now = services.clock().millis();
        if (now - checkedMillis >= CHECK_MILLIS) {
            boolean hasMore = guarded(checks::endExpired);
            hasWorked |= hasMore;
            checkedMillis = hasMore ? checkedMillis : now;
            isPassDue = true;
        }
        hasWorked |= isPassDue && guarded(this::pass);
        hasWorked |= guarded(() -> shares.report(claims));
        endTurn();
        return hasWorked;
    }

    private boolean guarded(BooleanSupplier decision) {
        return services.errors()
                .decide(BudgetServices.STEP, null, decision::getAsBoolean, _ -> Boolean.FALSE);
    }

    /** Visits the queues, the longest waiting job first, and returns true if a job left. */
    private boolean pass() {
        var found = new Claims();
        var limit = new TurnLimit(turnJobs);
        var order = new PriorityQueue<>(LONGEST_WAITING_FIRST);
        order.addAll(parked.queues());
        boolean hasWorked = false;
        while (!order.isEmpty()) {
            if (limit.isReached()) {
                // The next tick continues. Its first claims are those that this pass has found.
                return true;
            }
            ParkedJobs.Queue queue = order.remove();
            boolean hasLeft = serve(queue, found, limit);
            hasWorked |= hasLeft;
            if (hasLeft && queue.jobs() > 0) {
                order.add(queue);
            }
        }
        isPassDue = false;
        claims = found;
        showOldest();
        return hasWorked;
    }

    /** Releases or ends the first job of a queue, or returns false if it stays. */
    private boolean serve(ParkedJobs.Queue queue, Claims found, TurnLimit limit) {
        return switch (queue.first()) {
            case Unreadable entry -> {
                limit.onVisit(entry.entry().length);
                bury(parked.remove(entry).orElse(null), entry.entry(), entry.message());
                yield true;
            }
            case Head head ->
                    services.errors()
                            .decide(
                                    BudgetServices.STEP,
                                    null,
                                    () -> hasLeft(queue, head, found, limit),
                                    message -> {
                                        end(
                                                head.waiting(),
                                                parked.stored(head),
                                                Rejection.internal(message));
                                        return true;
                                    });
        };
    }

    private void bury(@Nullable WaitingJob job, byte[] entry, String message) {
        outputs.bury(UnreadableJob.of(job, entry, partition), message);
    }

    /** Ends a parked job with an error, or as a dead letter if it cannot be read. */
    private void end(WaitingJob waiting, byte[] stored, Rejection rejection) {
        BudgetedJob job =
                services.errors()
                        .<@Nullable BudgetedJob>decide(
                                BudgetServices.STEP,
                                null,
                                () -> BudgetedJob.decode(stored),
                                message -> {
                                    parked.removeUnreadable(waiting);
                                    bury(waiting, stored, message);
                                    return null;
                                });
        if (job != null) {
            refuse(waiting, job, rejection);
        }
    }

    private void refuse(WaitingJob waiting, BudgetedJob job, Rejection rejection) {
        parked.remove(waiting, job.amount());
        outputs.refuse(job, rejection);
    }

    private boolean hasLeft(ParkedJobs.Queue queue, Head head, Claims found, TurnLimit limit) {
        List<FundingShare> fundingShares =
                reservations.fundingShares(head.tenant(), head.batch(), head.declaredLimit());
        Optional<Rejection> rejection = reservations.rejectUnpayable(fundingShares, head.amount());
        FundingShare unpaid =
                rejection.isPresent() ? null : unpaid(fundingShares, head.amount(), found);
        if (unpaid != null) {
            claim(queue, head, fundingShares, unpaid, found);
            return false;
        }
        BudgetedJob job = BudgetedJob.decode(parked.stored(head));
        limit.onVisit(job.job().bytes().length);
        Optional<Rejection> refusal = rejection.or(() -> refusal(job));
        if (refusal.isPresent()) {
            refuse(head.waiting(), job, refusal.get());
            return true;
        }
        if (!fundingShares.isEmpty()) {
            reservations.reserve(head.jobId(), fundingShares, head.amount());
        }
        parked.remove(head.waiting(), head.amount());
        outputs.release(job, true);
        return true;
    }

    /**
     * Claims money for the first job of a queue: in the accounts that cover it, to keep the money,
     * and in the first one that does not. It asks the later ones only then, so that a job whose
     * batch has no money left keeps no money of its tenant.
     */
    private static void claim(
            ParkedJobs.Queue queue,
            Head head,
            List<FundingShare> fundingShares,
            FundingShare unpaid,
            Claims found) {
        boolean isAsked = true;
        for (FundingShare funding : fundingShares) {
            if (isAsked) {
                found.add(funding.id(), head);
            }
            found.count(funding.id(), queue.jobs(), isAsked ? queue.usd() : BigDecimal.ZERO);
            isAsked &= !funding.equals(unpaid);
        }
    }

    /** Returns why a parked job is not called any more; empty for most jobs. */
    private Optional<Rejection> refusal(BudgetedJob job) {
        return WaitEnd.of(job.job().headers(), services.control().get(), services.now())
                .or(() -> services.modelCheck().apply(job.job()));
    }

    private void endWaiting(WaitingJob waiting, byte[] stored, ErrorCode error, String message) {
        isPassDue = true;
        end(waiting, stored, new Rejection(error, message, null));
    }

    private void endTurn() {
        shares.save();
        store.totals().save();
    }

    private void showOldest() {
        parked.queues().stream()
                .mapToLong(it -> it.first().sinceMillis())
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
