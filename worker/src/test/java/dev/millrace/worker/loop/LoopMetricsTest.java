package dev.millrace.worker.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.usage.UsageDoubt;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.Providers.CallReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the values of the loop's metrics. */
class LoopMetricsTest {
    private final FakeCluster cluster = new FakeCluster();

    private static CallReport streamed(Duration firstToken, Duration took) {
        var response =
                new Verdict.Response(200, ResponseHeaders.NONE, ProviderBody.of(new byte[0]));
        var answered = new Verdict.Answered(response, new Billing.Billed(TokenUsage.of(7, 100)));
        return new CallReport(null, "", answered, true, took, firstToken, false, List.of(), null);
    }

    @Test
    void streamedCallRecordsItsFirstTokenAndItsRate() {
        var registry = new SimpleMeterRegistry();
        var metrics = new WorkerMetrics(registry);
        var model = Model.of("m", "p", Price.of("1", "2"));

        metrics.onCall(model, streamed(Duration.ofSeconds(2), Duration.ofSeconds(6)));
        metrics.onCall(model, streamed(Duration.ofSeconds(2), Duration.ofSeconds(2)));

        assertThat(registry.get("millrace.worker.first.token").timer().totalTime(SECONDS))
                .isEqualTo(4);
        var rate = registry.get("millrace.worker.output.rate").tag("model", "m").summary();
        assertThat(rate.count()).isEqualTo(1);
        assertThat(rate.max()).isEqualTo(25);
    }

    @Test
    void doubtfulCountsAreCountedByModelAndDoubt() {
        var registry = new SimpleMeterRegistry();
        var metrics = new WorkerMetrics(registry);
        var model = Model.of("m", "p", Price.of("1", "2"));
        var billing =
                new Billing.Billed(
                        TokenUsage.of(7, 1),
                        ServiceUse.NONE,
                        Set.of(UsageDoubt.TOTAL),
                        Optional.empty());
        var response =
                new Verdict.Response(200, ResponseHeaders.NONE, ProviderBody.of(new byte[0]));
        var report =
                new CallReport(
                        null,
                        "",
                        new Verdict.Answered(response, billing),
                        true,
                        Duration.ofSeconds(1),
                        null);

        metrics.onCall(model, report);
        metrics.onCall(model, report);
        metrics.onCall(model, streamed(Duration.ofSeconds(1), Duration.ofSeconds(2)));

        assertThat(
                        registry.get("millrace.worker.usage.doubts")
                                .tags("model", "m", "doubt", "total")
                                .counter()
                                .count())
                .isEqualTo(2);
        assertThat(metrics.doubts()).containsExactly(new WorkerReport.Doubt("m", "total", 2));
    }

    @Test
    void slotsOfEachModelAreShown() {
        cluster.jobs(0, 3);
        var worker =
                new TestWorker(cluster, "max_in_flight: 8", false, FakeCluster.MODEL, "other")
                        .owning(0);

        assertThat(slots(worker, "used", "model", FakeCluster.MODEL)).isEqualTo(3);
        assertThat(slots(worker, "used", "model", "other")).isZero();
        assertThat(slots(worker, "guaranteed")).isEqualTo(2);
        assertThat(slots(worker, "limit")).isEqualTo(8);
        assertThat(slots(worker, "bound")).isEqualTo(10);
    }

    private static double slots(TestWorker worker, String name, String... tags) {
        return worker.registry.get("millrace.worker.slots." + name).tags(tags).gauge().value();
    }
}
