package dev.millrace.router.budget;

import dev.millrace.router.budget.ParkedQueue.Entry;
import dev.millrace.router.budget.ParkedQueue.Parked;
import dev.millrace.router.budget.ParkedQueue.Unreadable;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.budget.PartitionLeases.Backlog;
import dev.millrace.router.budget.PartitionLeases.Claim;
import dev.millrace.router.budget.PartitionLeases.Claims;
import dev.millrace.router.budget.Reserve.Funding;
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

    private final Port port;
    private final Reserve reserve;
    private final ParkedJobs parked;
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
            Port port,
            Reserve reserve,
            ParkedJobs parked,
            WaitingRoom<PlannedRecord> room,
            Claims claims,
            int turnJobs) {
        this.port = port;
        this.reserve = reserve;
        this.parked = parked;
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
    private record Next(ParkedQueue queue, Entry entry) {}

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
                ParkedQueue queue = order.remove().queue();
                if (queue.first() instanceof Parked job) {
                    limit.onBytes(LOOK_BYTES);
                    List<Funding> fundings = fundings(job);
                    claim(queue, job, fundings, Reserve.unpaid(fundings, job.amount(), visited));
                }
            }
            claims.replace(tenant, visited);
            hasEnded = true;
        }

        /** Adds queues until a limit is reached, and returns true if no queue remains. */
        private boolean addsAllQueues() {
            ParkedQueue queue = parked.queueAfter(tenant, lastQueue);
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
        private void recallAside(ParkedQueue queue) {
            Parked first = queue.aside().first();
            BigDecimal least = queue.aside().least();
            if (first == null || least == null) {
                return;
            }
            List<Funding> fundings = fundings(first);
            if (isMisplaced(first, fundings)
                    || Reserve.left(fundings).compareTo(least) >= 0
                    || Reserve.rejects(fundings, least)) {
                queue.recallAside();
            }
        }

        private void enqueue(ParkedQueue queue) {
            if (queue.totals().jobs() == 0) {
                return;
            }
            Entry first = queue.first();
            Parked aside = queue.aside().first();
            if (first != null) {
                order.add(new Next(queue, first));
            } else if (aside != null) {
                // All its jobs wait aside and ask for nothing.
                fundings(aside).forEach(it -> add(it, null, queue, BigDecimal.ZERO));
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
                        port.errors()
                                .decide(
                                        PartitionBudgets.STEP,
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

        private boolean serve(ParkedQueue queue, Parked job) {
            limit.onBytes(LOOK_BYTES);
            List<Funding> fundings = fundings(job);
            if (isMisplaced(job, fundings)) {
                // Its new budget must not hold back the jobs behind it.
                limit.onVisit(job.bytes());
                parked.move(job, group(job, fundings));
                return true;
            }
            BigDecimal amount = job.amount();
            Optional<Rejection> rejection = reserve.reject(fundings, amount, job.isShared());
            BigDecimal left = Reserve.left(fundings);
            if (rejection.isEmpty()) {
                if (left.compareTo(amount) < 0) {
                    limit.onVisit(job.bytes());
                    queue.setAside(job, left);
                    return true;
                }
                Funding unpaid = Reserve.unpaid(fundings, amount, visited);
                if (unpaid != null && !hasWaitedTooLong(job)) {
                    claim(queue, job, fundings, unpaid);
                    return false;
                }
                rejection = Optional.ofNullable(unpaid).map(_ -> Reserve.notCovered(amount));
            }
            releaseOrEnd(queue, job, fundings, rejection);
            return true;
        }

        private static String group(Parked job, List<Funding> fundings) {
            return ParkedJobs.group(job.waiting().tenant(), job.isShared(), fundings);
        }

        /** Returns true if a limit was set or removed since the job was parked. */
        private static boolean isMisplaced(Parked job, List<Funding> fundings) {
            return !group(job, fundings).equals(job.waiting().group());
        }

        private boolean hasWaitedTooLong(Parked job) {
            return job.isShared()
                    && Math.abs(port.clock().millis() - job.sinceMillis())
                            >= LONGEST_LEADER_WAIT.toMillis();
        }

        private void releaseOrEnd(
                ParkedQueue queue,
                Parked parkedJob,
                List<Funding> fundings,
                Optional<Rejection> rejection) {
            PlannedRecord stored = PlannedRecord.decode(parked.stored(parkedJob));
            PlannedRecord job = stored.with(port::atCurrentPrices);
            limit.onVisit(job.job().bytes().length);
            Optional<Rejection> refusal = rejection.or(() -> refusal(job));
            if (refusal.isPresent()) {
                parked.end(parkedJob.waiting(), stored, refusal.get());
            } else if (!fundings.isEmpty()
                    && Reserve.amount(job).compareTo(parkedJob.amount()) != 0) {
                // Prices have changed since it was read, so it is served again.
                queue.forgetFirst();
            } else {
                PlannedRecord released =
                        fundings.isEmpty()
                                ? job.withCostLimit(job.costLimit().withoutBudget())
                                : reserve.reserve(job, fundings);
                parked.remove(parkedJob.waiting(), stored);
                port.release(released, true);
            }
        }

        private List<Funding> fundings(Parked job) {
            return reserve.fundings(
                    job.waiting().tenant(),
                    job.waiting().batch(),
                    job.apiKey(),
                    job.declaredLimit());
        }

        /**
         * Claims money for the first job of a queue: in the accounts that cover it, to keep the
         * money, and in the first account that does not. Claims nothing in later accounts, so that
         * a job whose batch has no money left keeps no money of its tenant.
         */
        private void claim(
                ParkedQueue queue, Parked job, List<Funding> fundings, @Nullable Funding unpaid) {
            var claim = new Claim(job.sinceMillis(), job.amount());
            boolean isAsked = true;
            for (Funding funding : fundings) {
                add(
                        funding,
                        isAsked ? claim : null,
                        queue,
                        isAsked ? queue.usd() : BigDecimal.ZERO);
                isAsked &= !funding.equals(unpaid);
            }
        }

        private void add(
                Funding funding, @Nullable Claim claim, ParkedQueue queue, BigDecimal usd) {
            visited.add(
                    tenant,
                    funding.id(),
                    new Backlog(claim, queue.totals().jobs(), usd, queue.aside().unaffordable()));
        }
    }

    /** Returns why a parked job is not called any more; empty for most jobs. */
    private Optional<Rejection> refusal(PlannedRecord job) {
        return CallRefusal.of(job.job().headers(), port.control(), port.clock().instant())
                .or(() -> port.refusal(job.job()));
    }
}
