package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a follower learns about the waits and calls of jobs. */
class TracedJobsTest {
    private static final String TRACEPARENT =
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final FakeCluster cluster = new FakeCluster();
    private final Steps steps = new Steps();

    /** Remembers the steps that the loop reports. */
    private static final class Steps implements CallFollower {
        final List<String> all = new ArrayList<>();
        final List<CallReport> reports = new ArrayList<>();
        final List<Optional<AttemptCost>> costs = new ArrayList<>();

        @Override
        public void onLaunched(Job job, @Nullable WaitingReason waitedFor) {
            String reason = waitedFor == null ? "turn" : waitedFor.word();
            all.add("wait " + job.attempts() + " " + reason);
        }

        @Override
        public void onReport(Job job, CallReport report) {
            all.add("call " + job.attempts());
            reports.add(report);
            costs.add(Optional.ofNullable(job.lastCost()));
        }

        @Override
        public void onLost(Job job) {
            all.add("lost " + job.attempts());
        }
    }

    private TestWorker worker(String settings) {
        cluster.follower = steps;
        return new TestWorker(cluster, settings).owning(0);
    }

    @Test
    void callIsReportedWithItsCost() {
        cluster.job(0, 0);
        var worker = worker("");
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "call 1");
        assertThat(steps.reports)
                .singleElement()
                .satisfies(it -> assertThat(it.took()).isEqualTo(worker.providers.took));
        assertThat(steps.costs.getFirst().orElseThrow().costUsd()).isPositive();
    }

    @Test
    void retryWaitsForItsProvider() {
        cluster.job(0, 0);
        var worker = worker("");
        worker.providers.end(
                "0-0", FakeProviders.failed(ErrorCode.SERVER_ERROR, null, Billing.NOTHING));
        worker.turn(3);
        worker.time.advance(Duration.ofMinutes(2));
        worker.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "call 1", "wait 2 provider_wait");
        assertThat(steps.costs).containsExactly(Optional.empty());
    }

    @Test
    void jobThatWaitsForASlotSaysSo() {
        cluster.jobs(0, 2);
        var worker = worker("max_in_flight: 1");
        worker.time.advance(Duration.ofMillis(10));
        worker.turn(1);
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "call 1", "wait 1 slots");
    }

    @Test
    void callOfAKilledWorkerIsLost() {
        cluster.job(0, 0);
        var _ = worker("");
        var other = worker("");
        other.providers.answer("0-0");
        other.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "lost 1", "wait 2 turn", "call 2");
    }

    @Test
    void recordsOfTheEndHaveTheTraceOfTheJob() {
        cluster.job(0, 0);
        cluster.replaceHeader(
                0, 0, new RecordHeader(MillraceHeaders.TRACEPARENT, TRACEPARENT.getBytes(UTF_8)));
        var worker = worker("");
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(cluster.outputs)
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(
                                                MillraceHeaders.text(
                                                        it.headers(), MillraceHeaders.TRACEPARENT))
                                        .contains(TRACEPARENT));
    }

    @Test
    void nothingIsReportedByDefault() {
        cluster.job(0, 0);
        var worker = new TestWorker(cluster).owning(0);
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(cluster.follower).isSameAs(CallFollower.NONE);
        assertThat(cluster.results()).hasSize(1);
        assertThat(steps.all).isEmpty();
    }
}
