package dev.millrace.router.budget.partition;

import dev.millrace.router.budget.partition.JobReservations.FundingLease;
import dev.millrace.router.budget.partition.ParkedEntry.Parked;
import dev.millrace.router.budget.partition.ParkedEntry.Unreadable;
import dev.millrace.router.budget.partition.ParkedJobs.Queue;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.CallRefusal;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Releases parked jobs that their accounts now cover. A pass visits one tenant after another, and
 * the queues of a tenant in the order of their longest-waiting jobs. A job that needs more than its
 * accounts have left waits aside, so that later jobs that need less are served.
 *
 * <p>Each visit has a part of the turn's work, so that a large backlog of a tenant, or many queues,
 * hold up no other tenant. A visit of many queues that is cut short continues in a later turn. Jobs
 * of different tenants have no common account, so their order does not matter.
 */
final class ParkedJobSender {
    private static final Comparator<Next> LONGEST_WAITING_FIRST =
            Comparator.<Next>comparingLong(it -> it.entry().sinceMillis())
                    .thenComparingLong(it -> it.entry().sequence());

    /**
     * Number of tenants that one turn visits, so that it is short however many have waiting jobs.
     */
    static final int VISITED_AT_ONCE = 1_000;

    /** Maximum number of looks at queues in one turn. */
    static final int LOOKS_AT_ONCE = 4_096;

    /** Part of a turn's bytes that a look counts as. */
    private static final int LOOK_BYTES = WorkLimit.MAX_BYTES / LOOKS_AT_ONCE;

    /** Maximum number of queues that claim money at the end of a visit, before they are served. */
    static final int CLAIMED_EARLY = 100;

    /**
     * The longest that a job waits whose answer identical jobs may wait for. A grant of free money
     * takes milliseconds, or the time in which another router takes over the owner of the account.
     */
    static final Duration LONGEST_LEADER_WAIT = Duration.ofMinutes(1);

    private final BudgetServices services;
    private final BudgetOutputs outputs;
    private final JobReservations reservations;
    private final ParkedJobs parked;
    private final ParkedJobEnds ends;
    private final WaitingRoom<PlannedRecord> room;
    private final Claims claims;
    private final int turnJobs;

    /** Visits that continue in a later turn, by tenant. */
    private final Map<String, Visit> unfinished = new HashMap<>();

    /** The tenant that was visited last; the next turn begins after it. */
    private String lastTenant = "";

    /** Tenants that this pass still has to visit. */
    private int unvisited;

    private boolean hasMore;

    /**
     * @param claims the claims of the parked jobs, updated by each visit
     * @param turnJobs most parked jobs that one turn releases or ends
     */
    ParkedJobSender(
            BudgetServices services,
            BudgetOutputs outputs,
            JobReservations reservations,
            ParkedJobs parked,
            ParkedJobEnds ends,
            WaitingRoom<PlannedRecord> room,
            Claims claims,
            int turnJobs) {
        this.services = services;
        this.outputs = outputs;
        this.reservations = reservations;
        this.parked = parked;
        this.ends = ends;
        this.room = room;
        this.claims = claims;
        this.turnJobs = turnJobs;
    }

    /** Visits tenants within the limit of one turn, and returns true if a job left. */
    boolean pass() {
        if (!hasMore) {
            claims.retain(parked.tenants());
            unfinished.keySet().retainAll(parked.tenants());
            unvisited = parked.tenants().size();
        }
        Deque<String> tenants = parked.tenantsAfter(lastTenant, VISITED_AT_ONCE);
        int visited = tenants.size();
        String last = visited == 0 ? lastTenant : tenants.getLast();
        var turn = new WorkLimit(turnJobs);
        boolean hasWorked = false;
        while (!tenants.isEmpty() && !turn.isReached()) {
            lastTenant = tenants.remove();
            Visit visit = unfinished.computeIfAbsent(lastTenant, Visit::new);
            hasWorked |= visit.run(turn.share(tenants.size() + 1));
            if (visit.hasEnded) {
                unfinished.remove(lastTenant);
            }
            if (visit.isCut) {
                tenants.add(lastTenant);
            }
        }
        if (tenants.isEmpty()) {
            lastTenant = last;
            unvisited -= visited;
        } else {
            // Tenants whose visit was cut short have to be visited again.
            unvisited = parked.tenants().size();
        }
        hasMore = unvisited > 0;
        return hasWorked;
    }

    /** Returns true if the last pass has left jobs that may continue. */
    boolean hasMore() {
        return hasMore;
    }

    /** A queue and the entry of it that is served next. */
    private record Next(Queue queue, ParkedEntry entry) {}

    /** A visit of the queues of a tenant, in one turn or several. */
    private final class Visit {
        private final String tenant;
        private final PriorityQueue<Next> order = new PriorityQueue<>(LONGEST_WAITING_FIRST);
        private final Claims visited = new Claims();
        private WorkLimit limit = new WorkLimit(0);

        /** Number of the last queue of {@link #order}. */
        private long lastQueue = -1;

        /** Number of looks at queues. */
        private int looked;

        /** Number of attempts to serve the first job of a queue. */
        private int served;

        /** True if the tenant has to be visited again. */
        private boolean isCut;

        private boolean hasEnded;

        Visit(String tenant) {
            this.tenant = tenant;
        }

        /** Continues until a limit is reached, and returns true if a job left. */
        boolean run(WorkLimit part) {
            limit = part;
            isCut = !addsAllQueues();
            if (isCut) {
                // Jobs of other queues must not overtake those of the remaining ones.
                return false;
            }
            boolean hasWorked = false;
            while (!order.isEmpty() && !limit.isReached()) {
                Next next = order.remove();
                served++;
                if (!next.entry().equals(next.queue().first())) {
                    // The job left before this turn.
                    enqueue(next.queue());
                } else if (serve(next)) {
                    hasWorked = true;
                    enqueue(next.queue());
                }
            }
            isCut = !order.isEmpty();
            // The next visit looks at every queue again, so that this one must have served as many.
            if (!isCut || (order.size() <= CLAIMED_EARLY && served >= looked)) {
                end();
            }
            return hasWorked;
        }

        private void end() {
            while (!order.isEmpty()) {
                claim(order.remove().queue());
            }
            claims.replace(tenant, visited);
            hasEnded = true;
        }

        /** Adds queues until a limit is reached, and returns true if no queue remains. */
        private boolean addsAllQueues() {
            Queue queue = parked.queueAfter(tenant, lastQueue);
            while (queue != null && !limit.isReached()) {
                lastQueue = queue.number();
                looked++;
                limit.onBytes(LOOK_BYTES);
                recallAside(queue);
                enqueue(queue);
                queue = parked.queueAfter(tenant, lastQueue);
            }
            return queue == null;
        }

        /**
         * Recalls jobs that wait aside if their accounts now cover the smallest one. Also recalls
         * them if a budget now rejects it, because the budget's state was unknown or the budget has
         * run out, or if the first one has other budgets now.
         */
        private void recallAside(Queue queue) {
            UnaffordableJobs aside = queue.aside();
            if (aside.first() == null || aside.least() == null) {
                return;
            }
            List<FundingLease> fundingLeases = fundingLeases(aside.first());
            if (isMisplaced(aside.first(), fundingLeases)
                    || left(fundingLeases).compareTo(aside.least()) >= 0
                    || JobReservations.rejects(fundingLeases, aside.least())) {
                queue.recallAside();
            }
        }

        private void enqueue(Queue queue) {
            if (queue.jobs() == 0) {
                return;
            }
            ParkedEntry first = queue.first();
            if (first == null) {
                countAside(queue);
            } else {
                order.add(new Next(queue, first));
            }
        }

        /** Releases, ends or sets aside the first job of a queue, or returns false if it stays. */
        private boolean serve(Next next) {
            return switch (next.entry()) {
                case Unreadable entry -> {
                    limit.onVisit(entry.entry().length);
                    room.bury(entry.group(), entry.sequence(), entry.entry(), entry.message());
                    yield true;
                }
                case Parked job ->
                        services.errors()
                                .decide(
                                        BudgetServices.STEP,
                                        null,
                                        () -> serve(next.queue(), job),
                                        message -> {
                                            byte[] entry = parked.stored(job);
                                            limit.onVisit(entry.length);
                                            room.end(
                                                    job.waiting(),
                                                    entry,
                                                    Rejection.internal(message));
                                            return true;
                                        });
            };
        }

        private boolean serve(Queue queue, Parked job) {
            limit.onBytes(LOOK_BYTES);
            List<FundingLease> fundingLeases = fundingLeases(job);
            if (isMisplaced(job, fundingLeases)) {
                // Its new budget must not hold back the jobs behind it.
                limit.onVisit(job.bytes());
                parked.move(job, group(job, fundingLeases));
                outputs.onMoved(job.waiting().jobId());
                return true;
            }
            BigDecimal amount = job.amount();
            Optional<Rejection> rejection =
                    reservations.rejectUnpayable(fundingLeases, amount, job.isShared());
            BigDecimal left = left(fundingLeases);
            if (rejection.isEmpty()) {
                if (left.compareTo(amount) < 0) {
                    limit.onVisit(job.bytes());
                    queue.setAside(job, left);
                    return true;
                }
                FundingLease unpaid = visited.unpaid(fundingLeases, amount);
                if (unpaid != null && !hasWaitedTooLong(job)) {
                    claim(queue, job, amount, fundingLeases, unpaid);
                    return false;
                }
                rejection =
                        Optional.ofNullable(unpaid).map(_ -> BudgetRejections.notCovered(amount));
            }
            releaseOrEnd(job, amount, fundingLeases, rejection);
            return true;
        }

        private static String group(Parked job, List<FundingLease> fundingLeases) {
            return ParkedJobs.group(job.waiting().tenant(), job.isShared(), fundingLeases);
        }

        /** Returns true if a limit was set or removed since the job was parked. */
        private static boolean isMisplaced(Parked job, List<FundingLease> fundingLeases) {
            return !group(job, fundingLeases).equals(job.waiting().group());
        }

        private boolean hasWaitedTooLong(Parked job) {
            return job.isShared()
                    && services.clock().millis() - job.sinceMillis()
                            >= LONGEST_LEADER_WAIT.toMillis();
        }

        private void releaseOrEnd(
                Parked parkedJob,
                BigDecimal amount,
                List<FundingLease> fundingLeases,
                Optional<Rejection> rejection) {
            PlannedRecord stored = PlannedRecord.decode(parked.stored(parkedJob));
            PlannedRecord job = stored.with(services.repricing());
            limit.onVisit(job.job().bytes().length);
            Optional<Rejection> refusal = rejection.or(() -> refusal(job));
            if (refusal.isPresent()) {
                ends.end(parkedJob.waiting(), stored, refusal.get());
                return;
            }
            PlannedRecord released = job.withCostLimit(job.costLimit().withoutBudget());
            if (!fundingLeases.isEmpty()) {
                reservations.reserve(
                        parkedJob.waiting().jobId(), job.hasReturned(), fundingLeases, amount);
                released = job.reserved(JobReservations.ids(fundingLeases));
            }
            parked.remove(parkedJob.waiting(), stored.neededUsd());
            outputs.release(released, true);
        }

        private List<FundingLease> fundingLeases(Parked job) {
            return reservations.fundingLeases(
                    job.waiting().tenant(),
                    job.waiting().batch(),
                    job.apiKey(),
                    job.declaredLimit());
        }

        private static BigDecimal left(List<FundingLease> fundingLeases) {
            return JobReservations.left(fundingLeases);
        }

        /** Claims money for a queue that this visit no longer serves. */
        private void claim(Queue queue) {
            if (queue.first() instanceof Parked job) {
                limit.onBytes(LOOK_BYTES);
                List<FundingLease> fundingLeases = fundingLeases(job);
                BigDecimal amount = job.amount();
                claim(queue, job, amount, fundingLeases, visited.unpaid(fundingLeases, amount));
            }
        }

        /**
         * Claims money for the first job of a queue: in the accounts that cover it, to keep the
         * money, and in the first account that does not. Claims nothing in later accounts, so that
         * a job whose batch has no money left keeps no money of its tenant.
         */
        private void claim(
                Queue queue,
                Parked job,
                BigDecimal amount,
                List<FundingLease> fundingLeases,
                @Nullable FundingLease unpaid) {
            boolean isAsked = true;
            for (FundingLease funding : fundingLeases) {
                if (isAsked) {
                    visited.add(funding.id(), job, amount);
                }
                count(queue, funding, isAsked ? queue.usd() : BigDecimal.ZERO);
                isAsked &= !funding.equals(unpaid);
            }
        }

        /** Counts a queue whose jobs all wait aside and ask for nothing. */
        private void countAside(Queue queue) {
            Parked job = queue.aside().first();
            if (job != null) {
                fundingLeases(job).forEach(it -> count(queue, it, BigDecimal.ZERO));
            }
        }

        private void count(Queue queue, FundingLease funding, BigDecimal usd) {
            visited.count(
                    tenant, funding.id(), new Claims.Backlog(queue.jobs(), usd, queue.aside()));
        }
    }

    /** Returns why a parked job is not called any more; empty for most jobs. */
    private Optional<Rejection> refusal(PlannedRecord job) {
        return CallRefusal.of(job.job().headers(), services.control().get(), services.now())
                .or(() -> services.modelCheck().apply(job.job()));
    }
}
