package dev.millrace.standalone.economy;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** All results and cost events of the jobs, compared with the provider's ledger. */
record EconomyOutcome(
        List<TenantJob> jobs, List<ResultView> results, List<CostEvent> costs, CallLedger ledger) {
    private static final BigDecimal NEARLY_ALL = new BigDecimal("0.95");

    /** Checks that each job has one result and one final cost event. */
    void assertEachJobEndsOnce() {
        List<String> ids = jobs.stream().map(TenantJob::id).sorted().toList();
        assertThat(results.stream().map(ResultView::jobId).sorted().toList()).isEqualTo(ids);
        assertThat(
                        costs.stream()
                                .filter(CostEvent::isFinal)
                                .map(it -> it.jobId().value())
                                .sorted()
                                .toList())
                .isEqualTo(ids);
        assertThat(costs).extracting(CostEvent::eventId).doesNotHaveDuplicates();
        assertThat(results)
                .filteredOn(it -> it.errorCode() != null)
                .extracting(ResultView::tenant, ResultView::errorCode)
                .containsOnly(tuple(TenantJob.LIMITED, "budget_exceeded"));
    }

    /**
     * Checks that one job of each question was answered by a call, and that only calls in flight at
     * a kill were repeated.
     *
     * @param inFlightAtKills maximum number of calls that the killed workers had in flight
     */
    void assertEachQuestionIsCalledOnce(long inFlightAtKills) {
        Map<String, Long> uncertain =
                events(CostKind.UNCERTAIN)
                        .collect(groupingBy(it -> it.jobId().value(), counting()));
        assertThat(called().toList())
                .allSatisfy(
                        job ->
                                assertThat(ledger.calls(job) - 1L)
                                        .as("repeated calls of " + job)
                                        .isLessThanOrEqualTo(uncertain.getOrDefault(job.id(), 0L)));
        assertThat(events(CostKind.UNCERTAIN).count()).isLessThanOrEqualTo(inFlightAtKills);
        assertThat(answered().map(TenantJob::request))
                .as("requests of answered jobs")
                .doesNotHaveDuplicates()
                .containsAll(jobs(TenantJob.UNLIMITED).stream().map(TenantJob::request).toList());
        assertThat(ledger.jobs()).as("jobs in the ledger").isEqualTo(called().count());
    }

    /** Checks that the cost of each job is on the bill, except where it is uncertain. */
    void assertCostsEqualTheLedger() {
        Map<String, BigDecimal> billed = costsByJob(CostKind.BILLED);
        Map<String, BigDecimal> uncertain = costsByJob(CostKind.UNCERTAIN);
        assertThat(jobs)
                .allSatisfy(
                        job -> {
                            var known = billed.getOrDefault(job.id(), BigDecimal.ZERO);
                            var doubtful = uncertain.getOrDefault(job.id(), BigDecimal.ZERO);
                            assertThat(ledger.cost(job))
                                    .as("cost of " + job)
                                    .isBetween(known, known.add(doubtful));
                        });
    }

    /**
     * Checks that each job answered without a call saved the cost of the call that answered its
     * request.
     */
    void assertSavingsEqualTheLedger() {
        Map<String, TenantJob> byId = jobs.stream().collect(toMap(TenantJob::id, it -> it));
        Map<TenantJob.Request, BigDecimal> answers =
                answered().collect(toMap(TenantJob::request, ledger::costOfAnswer));
        assertThat(events(CostKind.SAVED))
                .allSatisfy(
                        it -> {
                            var job = Objects.requireNonNull(byId.get(it.jobId().value()));
                            assertThat(it.savedUsd())
                                    .as("savings of " + job)
                                    .isEqualByComparingTo(answers.get(job.request()));
                        });
        assertThat(events(CostKind.SAVED).count() + answered().count() + rejected())
                .isEqualTo(jobs.size());
    }

    /**
     * Checks that nearly all of the limit is spent, and nothing beyond it. An uncertain cost counts
     * as spent, but may not be in the ledger.
     */
    void assertBudgetIsKept(BigDecimal limit) {
        BigDecimal uncertain =
                events(CostKind.UNCERTAIN)
                        .filter(it -> it.tenant().equals(TenantJob.LIMITED))
                        .map(CostEvent::costUsd)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(costsUsd(TenantJob.LIMITED))
                .isLessThanOrEqualTo(limit)
                .isGreaterThan(limit.multiply(NEARLY_ALL));
        // A ledger never shrinks, so the limit was not exceeded at any earlier time either.
        assertThat(ledgerUsd(TenantJob.LIMITED))
                .isLessThanOrEqualTo(limit)
                .isGreaterThan(limit.subtract(uncertain).multiply(NEARLY_ALL));
    }

    /** Checks that the budget holds no reservation, and counts each cost and rejection once. */
    void assertBudgetIsQuiet(BudgetState state) {
        assertThat(state.reservedUsd()).isZero();
        assertThat(state.spentUsd()).isEqualByComparingTo(costsUsd(TenantJob.LIMITED));
        assertThat(state.waitingJobs()).isZero();
        // A rejected job may still get the answer to another job's call.
        assertThat(state.rejectedJobs()).isBetween(rejected(), rejected() + savedCalls());
    }

    Stream<CostEvent> events(CostKind kind) {
        return costs.stream().filter(it -> it.kind() == kind);
    }

    long rejected() {
        return results.stream().filter(it -> it.errorCode() != null).count();
    }

    private long savedCalls() {
        return events(CostKind.SAVED).filter(it -> it.tenant().equals(TenantJob.LIMITED)).count();
    }

    BigDecimal costsUsd(String tenant) {
        return costs.stream()
                .filter(it -> it.tenant().equals(tenant))
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal savedUsd() {
        return costs.stream().map(CostEvent::savedUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal ledgerUsd(String tenant) {
        return jobs(tenant).stream().map(ledger::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Stream<TenantJob> called() {
        return jobs.stream().filter(it -> ledger.calls(it) > 0);
    }

    /** Leaves out jobs whose budget refused another attempt after the answer was lost. */
    private Stream<TenantJob> answered() {
        Set<String> rejected =
                results.stream()
                        .filter(it -> it.errorCode() != null)
                        .map(ResultView::jobId)
                        .collect(toSet());
        return called().filter(it -> !rejected.contains(it.id()));
    }

    private List<TenantJob> jobs(String tenant) {
        return jobs.stream().filter(it -> it.tenant().equals(tenant)).toList();
    }

    private Map<String, BigDecimal> costsByJob(CostKind kind) {
        return events(kind)
                .collect(toMap(it -> it.jobId().value(), CostEvent::costUsd, BigDecimal::add));
    }
}
