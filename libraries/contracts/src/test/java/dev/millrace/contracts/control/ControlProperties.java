package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Policies;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ControlProperties {
    @Property
    void everyKeySurvivesARoundTrip(@ForAll("keys") ControlKey key) {
        assertThat(ControlKey.of(key.text())).contains(key);
    }

    @Property
    void anyTextIsParsedOrIgnored(@ForAll String text) {
        assertThatCode(() -> ControlKey.of(text)).doesNotThrowAnyException();
    }

    @Property(tries = 200)
    void policiesSurviveARoundTrip(
            @ForAll("policies") Policy policy, @ForAll String by, @ForAll("times") Instant at) {
        var applied = new AppliedPolicy("default", 7, policy, at, by, Optional.of(by));

        assertThat(ControlState.EMPTY.with("policy/default/7", value(applied.record())).policies())
                .containsOnlyKeys("default")
                .containsValue(applied);
    }

    @Property
    void rampsSurviveARoundTrip(
            @ForAll("words") String version,
            @ForAll("words") String arm,
            @ForAll("counts") int step,
            @ForAll("shares") double share,
            @ForAll("times") Instant since) {
        var ramp = new RampStep(version, arm, step, share, since);

        assertThat(RampStep.of(value(ramp.record("default", 1)))).isEqualTo(ramp);
    }

    @Property
    void tripsSurviveARoundTrip(@ForAll("trips") Trip trip) {
        assertThat(Trip.of(value(trip.record("default", "gpt-4.1")))).isEqualTo(trip);
    }

    @Property
    void commandsSurviveARoundTrip(
            @ForAll("times") Instant at,
            @ForAll String by,
            @ForAll("optionalTimes") Optional<Instant> runningAt,
            @ForAll("optionalTimes") Optional<Instant> expires) {
        var order = new OperatorCommand(at, by, runningAt, expires);

        assertThat(OperatorCommand.of(value(order.record(new ControlKey.PauseAll()))))
                .isEqualTo(order);
    }

    @Property
    void workerReportsSurviveARoundTrip(
            @ForAll("words") String breaker,
            @ForAll String reason,
            @ForAll("times") Instant at,
            @ForAll boolean jobsWait,
            @ForAll WaitingReason reasonToWait,
            @ForAll Lane lane) {
        var open =
                new WorkerReport.Open(breaker, "timeout", reason, at, at.plusSeconds(30), jobsWait);
        var doubt = new WorkerReport.Doubt(open.breaker(), "total", 7);
        var waits =
                List.of(
                        new Waiting(
                                "m", Optional.of(lane), reasonToWait, reason, Optional.of(at), 3),
                        new Waiting("", Optional.empty(), reasonToWait, "", Optional.empty(), 0));
        var limit = new WorkerReport.Learned("models.m", LimitOrigin.FOUND, 12, 7);
        var report =
                new WorkerReport(at, List.of(open, open), List.of(doubt), waits, List.of(limit));

        assertThat(WorkerReport.of(value(report.record("w1")))).isEqualTo(report);
    }

    @Example
    void reasonOfALaterVersionIsSkipped() {
        var report =
                """
                {"expires": "2026-11-20T12:00:00Z", "waits": [{"reason": "moon", "value": ""}]}
                """;

        assertThat(WorkerReport.of(report.getBytes(UTF_8)).waits()).isEmpty();
    }

    @Property
    void purgesSurviveARoundTrip(
            @ForAll("times") Instant at, @ForAll String by, @ForAll("filters") Filter filter) {
        var purge = new CachePurge(at, by, at.plusSeconds(1), at.plusSeconds(60), filter);

        assertThat(CachePurge.of(value(purge.record("id")))).isEqualTo(purge);
    }

    @Property
    void statisticsOfTheCacheSurviveARoundTrip(@ForAll("cacheStats") CacheStats stats) {
        assertThat(CacheStats.of(value(stats.record(3)))).isEqualTo(stats);
    }

    @Property
    void limitsOfBudgetsSurviveARoundTrip(
            @ForAll("amounts") BigDecimal usd, @ForAll("times") Instant at, @ForAll String by) {
        var limit = new BudgetLimit(usd.add(BigDecimal.ONE), at, by);

        assertThat(BudgetLimit.of(limit.toJson())).isEqualTo(limit);
    }

    @Property
    void statesOfBudgetsSurviveARoundTrip(
            @ForAll("amounts") BigDecimal usd,
            @ForAll("counts") int jobs,
            @ForAll boolean isWaiting,
            @ForAll("optionalTimes") Optional<Instant> periodEnd,
            @ForAll("times") Instant at) {
        Optional<BigDecimal> needed = isWaiting ? Optional.of(usd) : Optional.empty();
        var state =
                new BudgetState(
                        usd,
                        usd,
                        usd,
                        new BudgetState.Waiting(jobs, needed, jobs),
                        jobs,
                        80,
                        OnExhausted.PARK,
                        periodEnd,
                        at);

        assertThat(BudgetState.of(state.toJson())).isEqualTo(state);
    }

    @Property
    void accountsSurviveARoundTrip(@ForAll("budgets") ControlKey.Budget budget) {
        assertThat(ControlKey.Budget.ofAccount(budget.account())).contains(budget);
    }

    @Property
    void anyValueIsReadOrIgnored(@ForAll("keys") ControlKey key, @ForAll byte[] value) {
        var state = ControlState.EMPTY.with(key.text(), value);

        if (key instanceof ControlKey.ApiKey(String id)) {
            // Only the gateway reads it.
            assertThat(state.apiKeys()).containsOnly(Map.entry(id, value));
        } else {
            assertThat(state.unreadable()).containsExactly(key.text());
            assertThat(state.apiKeys()).isEmpty();
        }
        assertThat(state.policies()).isEmpty();
        assertThat(state.commands()).isEmpty();
        assertThat(state.cache()).isEqualTo(ControlState.Cache.EMPTY);
        assertThat(state.budgets()).isEqualTo(ControlState.Budgets.EMPTY);
    }

    @Property
    void aTombstoneRemovesAnyValue(@ForAll("keys") ControlKey key) {
        var state = ControlState.EMPTY.with(key.text(), new byte[] {1}).with(key.text(), null);

        assertThat(state.unreadable()).isEmpty();
        assertThat(state.apiKeys()).isEmpty();
    }

    @Provide
    Arbitrary<Policy> policies() {
        return Policies.any().filter(it -> !it.text().contains("${"));
    }

    @Provide
    Arbitrary<ControlKey> keys() {
        var numbers = Arbitraries.integers().greaterOrEqual(1);
        var versions = Arbitraries.integers().between(1, ControlKey.MAX_VERSION);
        var two = Combinators.combine(words(), words());
        var jobs = Arbitraries.strings().ofLength(32).withChars("0123456789abcdef");
        return Arbitraries.oneOf(
                Combinators.combine(words(), versions).as(ControlKey.PolicyVersion::new),
                Combinators.combine(words(), numbers).as(ControlKey.Ramp::new),
                two.as(ControlKey.Guard::new),
                two.as(ControlKey.CancelBatch::new),
                jobs.map(it -> new ControlKey.CancelJob(new JobId(it))),
                Arbitraries.just(new ControlKey.PauseAll()),
                words().map(ControlKey.PauseModel::new),
                words().map(ControlKey.PauseTenant::new),
                two.as(ControlKey.PauseBatch::new),
                words().map(ControlKey.BreakerReset::new),
                words().map(ControlKey.Report::new),
                words().map(ControlKey.Purge::new),
                counts().map(ControlKey.CachePartition::new),
                words().map(ControlKey.ApiKey::new),
                words().map(ControlKey.TenantLimit::new),
                two.as(ControlKey.BatchLimit::new),
                two.as(ControlKey.KeyLimit::new),
                budgets());
    }

    @Provide
    Arbitrary<ControlKey.Budget> budgets() {
        return Arbitraries.oneOf(
                words().map(ControlKey.TenantBudget::total),
                Combinators.combine(words(), periods(), times())
                        .as((a, b, c) -> new ControlKey.TenantBudget(a, b, Optional.of(c))),
                Combinators.combine(words(), words()).as(ControlKey.BatchBudget::new),
                Combinators.combine(words(), words()).as(ControlKey.KeyBudget::new));
    }

    @Provide
    Arbitrary<Filter> filters() {
        var part = words().optional();
        return Combinators.combine(part, part, part, part).as(Filter::new);
    }

    @Provide
    Arbitrary<CacheStats> cacheStats() {
        var count = Arbitraries.longs().greaterOrEqual(0);
        return Combinators.combine(count, count, count, count, count, count, count, amounts())
                .as((a, b, c, d, e, f, g, usd) -> new CacheStats(a, b, c, d, e, f, g, a, b, usd));
    }

    @Provide
    Arbitrary<Trip> trips() {
        var counts = Arbitraries.longs().greaterOrEqual(0);
        return Combinators.combine(
                        times(),
                        words(),
                        Arbitraries.integers().greaterOrEqual(1),
                        Arbitraries.strings(),
                        counts,
                        counts,
                        amounts(),
                        times().optional())
                .as(Trip::new);
    }

    @Provide
    Arbitrary<BigDecimal> amounts() {
        return Arbitraries.bigDecimals().between(BigDecimal.ZERO, new BigDecimal("1e9")).ofScale(9);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.oneOf(
                Arbitraries.of("a/b", "%2F", "%252F", "/", "", "%", "gpt-4.1"),
                Arbitraries.strings());
    }

    Arbitrary<Period> periods() {
        return Arbitraries.of(Period.class).filter(it -> it != Period.TOTAL);
    }

    @Provide
    Arbitrary<Instant> times() {
        return Arbitraries.longs().between(0, 4_000_000_000_000L).map(Instant::ofEpochMilli);
    }

    @Provide
    Arbitrary<Optional<Instant>> optionalTimes() {
        return times().optional();
    }

    @Provide
    Arbitrary<Integer> counts() {
        return Arbitraries.integers().greaterOrEqual(0);
    }

    @Provide
    Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 100);
    }

    private static byte[] value(ControlRecord record) {
        return Objects.requireNonNull(record.value());
    }
}
