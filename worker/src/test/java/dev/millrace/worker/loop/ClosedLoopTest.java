package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.worker.loop.ProviderModel.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Checks that the closed loop behaves as a provider of that speed lets a worker behave. */
class ClosedLoopTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration QUICK = Duration.ofMillis(30);
    private static final Duration HOUR = Duration.ofHours(1);

    private static ClosedLoop run(int jobs, String worker, ProviderModel provider) {
        return new ClosedLoop(new ClosedLoop.Settings(jobs, worker, Limits.NONE, 7), provider)
                .runUntil(HOUR);
    }

    @Test
    void oneCallAtATimeTakesTheTimeOfAllCalls() {
        var run = run(60, "max_in_flight: 1", ProviderModel.answering(() -> SECOND));

        assertThat(run.passed()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(62));
        assertThat(run.finishedUntil(SECOND.multipliedBy(10))).isBetween(8L, 10L);
        assertThat(run.calls()).hasSize(60);
    }

    @Test
    void failedCallsAreRepeated() {
        var run =
                run(
                        200,
                        "",
                        ProviderModel.answering(ProviderModel.spread(QUICK, 0.5, 1))
                                .failing(0.1, () -> Failure.INTERNAL_ERROR.after(QUICK), 2));

        assertThat(run.finishedUntil(run.passed())).isEqualTo(200);
        assertThat(run.failedUntil(run.passed())).isBetween(10L, 40L);
        assertThat(run.failedJobs()).isZero();
    }

    @Test
    void hiddenLimitsRefuseCalls() {
        var provider = ProviderModel.answering(() -> SECOND);
        var bucket = provider.withBucket(10, 10, () -> Failure.RATE_LIMITED.after(QUICK, SECOND));
        var concurrency = provider.withConcurrency(10, () -> Failure.RATE_LIMITED.after(QUICK));

        assertThat(run(300, "", bucket).passed()).isGreaterThan(SECOND.multipliedBy(28));
        assertThat(run(300, "", concurrency).passed()).isGreaterThan(SECOND.multipliedBy(28));
    }

    @Test
    void openingsOfABreakerAreSeen() {
        var start = SECOND.multipliedBy(20);
        var end = SECOND.multipliedBy(80);
        var run =
                run(
                        100,
                        "max_in_flight: 2",
                        ProviderModel.answering(() -> SECOND)
                                .failingBetween(
                                        start, end, () -> Failure.CONNECTION_REFUSED.after(QUICK)));

        assertThat(run.openings()).isNotEmpty();
        assertThat(run.openings().getFirst()).isBetween(start, start.plusSeconds(5));
        assertThat(run.failedJobs()).isZero();
    }
}
