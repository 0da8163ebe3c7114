package dev.millrace.worker.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Fixtures of the tests of limits. */
final class Limits {
    private Limits() {}

    static WorkerConfig config(int slots) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        "worker: { instance: w, max_in_flight: "
                                + slots
                                + ", retry_budget: { ratio: 0, window: 10s } }")
                .worker();
    }

    static Capacity capacity(Partition partition, int slots) {
        return new Capacity(config(slots), List.of(partition.topic()), List.of());
    }

    static CallReport answered() {
        return answered(true, Duration.ofMillis(5));
    }

    /**
     * @param called false when nothing was sent
     */
    static CallReport answered(boolean called, Duration took) {
        var response =
                new Verdict.Response(
                        200, ResponseHeaders.NONE, ProviderBody.of("{}".getBytes(UTF_8)));
        return new CallReport(
                null, "", new Verdict.Answered(response, Billing.NOTHING), called, took, null);
    }
}
