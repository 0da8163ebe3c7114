package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.loop.ProviderModel.Failure;
import dev.millrace.worker.loop.ProviderModel.Reply;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outages that {@link SlowProvidersTest} does not try. */
class BreakerAdversaryTest {
    private static final Duration QUICK = Duration.ofMillis(30);
    private static final Duration OUTAGE = Duration.ofSeconds(70);
    private static final Duration LONGEST_RUN = Duration.ofHours(2);

    private static Limits perMinute(long calls) {
        var none = OptionalLong.empty();
        return new Limits(none, OptionalLong.of(calls), none, none, none, none, none);
    }

    private static ClosedLoop run(int jobs, int inFlight, ProviderModel provider) {
        return new ClosedLoop(
                        new ClosedLoop.Settings(
                                jobs, "max_in_flight: " + inFlight, perMinute(1_000_000_000), 7),
                        provider)
                .runUntil(LONGEST_RUN);
    }

    private static Reply rejectedKey() {
        var response =
                new Verdict.Response(401, ResponseHeaders.NONE, ProviderBody.of(new byte[0]));
        return new Reply(
                new Verdict.Failed(
                        ErrorCode.AUTHENTICATION_ERROR, "bad key", response, null, Billing.NOTHING),
                QUICK);
    }

    private static void assertRecovers(int seconds, Supplier<Reply> failure) {
        Duration answer = Duration.ofSeconds(seconds);
        Duration from = answer.multipliedBy(3).dividedBy(2);
        var run =
                run(
                        400,
                        100,
                        ProviderModel.answering(() -> answer)
                                .failingBetween(from, from.plus(OUTAGE), failure));
        System.out.println(
                seconds
                        + " s: "
                        + run.finishedTimes().size()
                        + " answered, failed "
                        + run.failedJobs()
                        + ", last "
                        + run.lastFinished()
                        + ", openings "
                        + run.openings());
        // At most the fourth trial, three trials one after the other, and four rounds of answers.
        Duration latest =
                from.plus(OUTAGE).plus(Duration.ofMinutes(4)).plus(answer.multipliedBy(3 + 8));
        assertThat(run.lastFinished()).isLessThanOrEqualTo(latest);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 15, 60})
    void providerThatIsReachableAgainReachesItsSpeed(int seconds) {
        assertRecovers(seconds, () -> Failure.CONNECTION_REFUSED.after(QUICK));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 15, 60})
    void keyThatIsAcceptedAgainReachesItsSpeed(int seconds) {
        assertRecovers(seconds, BreakerAdversaryTest::rejectedKey);
    }

    @ParameterizedTest
    @CsvSource({"5,100", "15,100", "60,100", "15,400", "60,400", "15,20", "60,20"})
    void outageWhoseFailuresTakeDifferentTimesOpensSoon(int seconds, int inFlight) {
        Duration answer = Duration.ofSeconds(seconds);
        Duration from = answer.multipliedBy(3).dividedBy(2);
        var took = ProviderModel.spread(answer, 0.6, 3);
        var failing = ProviderModel.spread(answer, 0.6, 5);
        var run =
                run(
                        3 * inFlight,
                        inFlight,
                        ProviderModel.answering(took)
                                .failingBetween(
                                        from,
                                        from.plus(OUTAGE).plus(answer.multipliedBy(2)),
                                        () -> Failure.UNAVAILABLE.after(failing.get())));
        assertOpensSoon(run, seconds + " s, " + inFlight);
    }

    private static void assertOpensSoon(ClosedLoop run, String name) {
        Duration first =
                run.calls().stream()
                        .filter(it -> !it.reply().isAnswer())
                        .map(ClosedLoop.EndedCall::ended)
                        .findFirst()
                        .orElseThrow();
        Duration opened = run.openings().isEmpty() ? LONGEST_RUN : run.openings().getFirst();
        System.out.println(
                name
                        + ": opened "
                        + opened.minus(first)
                        + " after the first failure, failures "
                        + run.failedUntil(opened)
                        + ", failed jobs "
                        + run.failedJobs());
        assertThat(run.failedJobs()).isZero();
        assertThat(
                        opened.minus(first).compareTo(Duration.ofSeconds(5)) <= 0
                                || run.failedUntil(opened) <= 10)
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0.1,0.4", "1,0.4", "5,0.4", "1,0.25"})
    void outageInWhichSomeCallsHangAndSomeAreRefusedOpensSoon(double seconds, double refused) {
        Duration answer = Duration.ofMillis((long) (1_000 * seconds));
        Duration from = Duration.ofSeconds(20);
        var random = new SplittableRandom(11);
        var run =
                run(
                        100_000,
                        400,
                        (_, now) ->
                                now.compareTo(from) < 0 || now.compareTo(from.plusSeconds(600)) > 0
                                        ? new Reply(FakeProviders.good(), answer)
                                        : random.nextDouble() < refused
                                                ? Failure.UNAVAILABLE.after(QUICK)
                                                : Failure.TIMED_OUT.after(Duration.ofMinutes(2)));
        assertOpensSoon(run, seconds + " s, refused " + refused);
    }
}
