package dev.millrace.router.budget.partition;

import dev.millrace.router.budget.partition.JobReservations.FundingShare;
import dev.millrace.router.budget.partition.ParkedJobs.Head;
import dev.millrace.router.budget.partition.ParkedJobs.Queue;
import dev.millrace.router.budget.partition.ParkedJobs.Unreadable;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.CallRefusal;
import dev.millrace.router.waiting.TurnLimit;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Releases parked jobs whose money is there. A pass visits one tenant after another, and the queues
 * of a tenant in the order of their longest waiting jobs.
 *
 * <p>Each visit has a share of the turn's work, so that a large backlog of a tenant holds up no
 * other tenant. Jobs of different tenants share no account, so their order does not matter.
 */
final class ParkedJobReleaser {
    private static final Comparator<Queue> LONGEST_WAITING_FIRST =
            Comparator.<Queue>comparingLong(it -> it.first().sinceMillis())
                    .thenComparingLong(it -> it.first().sequence());

    private final BudgetServices services;
    private final BudgetOutputs outputs;
    private final JobReservations reservations;
    private final ParkedJobs parked;
    private final ParkedJobEnds ends;
    private final Claims claims;
    private final int turnJobs;

    /** The tenant that was visited last; the next turn begins after it. */
    private String lastTenant = "";

    private boolean hasMore;

    /**
     * @param claims what the parked jobs ask for, after each visit
     * @param turnJobs parked jobs that one turn releases or ends at most
     */
    ParkedJobReleaser(
            BudgetServices services,
            BudgetOutputs outputs,
            JobReservations reservations,
            ParkedJobs parked,
            ParkedJobEnds ends,
            Claims claims,
            int turnJobs) {
        this.services = services;
        this.outputs = outputs;
        this.reservations = reservations;
        this.parked = parked;
        this.ends = ends;
        this.claims = claims;
        this.turnJobs = turnJobs;
    }

    /** Visits all tenants as far as one turn may, and returns true if a job left. */
    boolean pass() {
        claims.retain(parked.tenants());
        Deque<String> tenants = parked.tenantsAfter(lastTenant);
        var turn = new TurnLimit(turnJobs);
        boolean hasWorked = false;
        while (!tenants.isEmpty() && !turn.isReached()) {
            lastTenant = tenants.remove();
            var visit = new Visit(lastTenant, turn.share(tenants.size() + 1));
            hasWorked |= visit.run();
            if (visit.isCut) {
                tenants.add(lastTenant);
            }
        }
        hasMore = !tenants.isEmpty();
        return hasWorked;
    }

    /** Returns true if the last pass has left jobs that may continue. */
    boolean hasMore() {
        return hasMore;
    }

    /** A visit of the queues of a tenant. */
    private final class Visit {
        private final String tenant;
        private final TurnLimit limit;
        private boolean isCut;

        Visit(String tenant, TurnLimit limit) {
            this.tenant = tenant;
            this.limit = limit;
        }

        boolean run() {
            claims.forget(tenant);
            var order = new PriorityQueue<>(LONGEST_WAITING_FIRST);
            order.addAll(parked.queues(tenant));
            boolean hasWorked = false;
            while (!order.isEmpty()) {
                Queue queue = order.remove();
                if (limit.isReached()) {
                    // Jobs of other queues must not overtake this one.
                    isCut = true;
                    claim(queue);
                } else if (serve(queue)) {
                    hasWorked = true;
                    if (queue.jobs() > 0) {
                        order.add(queue);
                    }
                }
            }
            return hasWorked;
        }

        /** Releases or ends the first job of a queue, or returns false if it stays. */
        private boolean serve(Queue queue) {
            return switch (queue.first()) {
                case Unreadable entry -> {
                    limit.onVisit(entry.entry().length);
                    ends.end(entry);
                    yield true;
                }
                case Head head ->
                        services.errors()
                                .decide(
                                        BudgetServices.STEP,
                                        null,
                                        () -> releaseOrEnd(queue, head),
                                        message -> {
                                            byte[] entry = parked.stored(head);
                                            limit.onVisit(entry.length);
                                            ends.end(
                                                    head.waiting(),
                                                    entry,
                                                    Rejection.internal(message));
                                            return true;
                                        });
            };
        }

        private boolean releaseOrEnd(Queue queue, Head head) {
            List<FundingShare> fundingShares = fundingShares(head);
            Optional<Rejection> rejection =
                    reservations.rejectUnpayable(fundingShares, head.amount());
            if (rejection.isEmpty()) {
                FundingShare unpaid = claims.unpaid(fundingShares, head.amount());
                if (unpaid != null) {
                    claim(queue, head, fundingShares, unpaid);
                    return false;
                }
            }
            BudgetedJob stored = BudgetedJob.decode(parked.stored(head));
            BudgetedJob job = stored.with(services.repricing());
            limit.onVisit(job.job().bytes().length);
            Optional<Rejection> refusal = rejection.or(() -> refusal(job));
            if (refusal.isPresent()) {
                ends.end(head.waiting(), stored, refusal.get());
                return true;
            }
            if (!fundingShares.isEmpty()) {
                reservations.reserve(head.jobId(), fundingShares, head.amount());
            }
            parked.remove(head.waiting(), stored.amount());
            outputs.release(job, true);
            return true;
        }

        private List<FundingShare> fundingShares(Head head) {
            return reservations.fundingShares(
                    head.tenant(), head.batch(), head.apiKey(), head.declaredLimit());
        }

        /** Claims money for a queue that this visit does not serve any more. */
        private void claim(Queue queue) {
            if (queue.first() instanceof Head head) {
                List<FundingShare> fundingShares = fundingShares(head);
                claim(queue, head, fundingShares, claims.unpaid(fundingShares, head.amount()));
            }
        }

        /**
         * Claims money for the first job of a queue: in the accounts that cover it, to keep the
         * money, and in the first one that does not. It asks the later ones only then, so that a
         * job whose batch has no money left keeps no money of its tenant.
         */
        private void claim(
                Queue queue,
                Head head,
                List<FundingShare> fundingShares,
                @Nullable FundingShare unpaid) {
            boolean isAsked = true;
            for (FundingShare funding : fundingShares) {
                if (isAsked) {
                    claims.add(funding.id(), head);
                }
                claims.count(
                        tenant,
                        funding.id(),
                        queue.jobs(),
                        isAsked ? queue.usd() : BigDecimal.ZERO);
                isAsked &= !funding.equals(unpaid);
            }
        }
    }

    /** Returns why a parked job is not called any more; empty for most jobs. */
    private Optional<Rejection> refusal(BudgetedJob job) {
        return CallRefusal.of(job.job().headers(), services.control().get(), services.now())
                .or(() -> services.modelCheck().apply(job.job()));
    }
}
