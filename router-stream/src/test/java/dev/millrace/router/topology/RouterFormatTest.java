package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.budget.BudgetAccounts;
import dev.millrace.router.guards.Canaries;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.testclusters.FormatFixture;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Tests that the router still writes its state and topics in the format of version 0.1, so that
 * routers of both versions continue each other's work. The tests of each codec show that a codec
 * reads its output.
 */
class RouterFormatTest {
    private static final String FILE = "router.txt";
    private static final String CHANGELOG = "router-%s-changelog";
    private static final String ARMS = "router-arms-repartition";
    private static final String ROUTED_BY = "default/1@v7";

    /** Topics of the router's own records, without the prefix. */
    private static final List<String> TOPICS =
            List.of("lookups", "budget-reports", "budget-grants", "control");

    /** The last record of each key, by topic and key. */
    private final Map<String, String> written = new TreeMap<>();

    private void collect(String scene, RouterDriver router) {
        Stream<String> changelogs = stores(router).map(it -> CHANGELOG.formatted(it));
        Stream<String> topics =
                Stream.concat(
                        TOPICS.stream().map(it -> RouterDriver.TOPICS.prefix() + it),
                        Stream.of(ARMS));
        Stream.concat(changelogs, topics)
                .forEach(
                        topic -> {
                            for (var each : router.bytes(topic)) {
                                String key = scene + " " + topic + " " + text(each.key());
                                written.put(key, headers(each) + text(each.value()));
                            }
                        });
    }

    private static Stream<String> stores(RouterDriver router) {
        return router.description().subtopologies().stream()
                .flatMap(it -> it.nodes().stream())
                .filter(Processor.class::isInstance)
                .flatMap(it -> ((Processor) it).stores().stream())
                .distinct();
    }

    private static String headers(TestRecord<?, ?> written) {
        return Arrays.stream(written.headers().toArray())
                .map(RouterFormatTest::header)
                .collect(Collectors.joining());
    }

    private static String header(Header header) {
        return "[" + header.key() + ": " + text(header.value()) + "] ";
    }

    /** Returns printable ASCII unchanged, and anything else in hexadecimal digits. */
    private static String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "none";
        }
        String text = new String(bytes, UTF_8);
        return text.chars().allMatch(it -> it >= ' ' && it <= '~')
                ? "'" + text + "'"
                : "0x" + HexFormat.of().formatHex(bytes);
    }

    /** Jobs of a guarded and ramped arm: repeats, pace, exposures, counts of ends. */
    private void guardedJobs() {
        try (var router = new RouterDriver()) {
            var guard =
                    new Guard("second", Optional.of(50.0), Optional.empty(), Optional.empty(), 10);
            var ramp =
                    new Ramp(
                            "second",
                            List.of(50.0, 90.0),
                            new Ramp.StepCompletion(OptionalInt.of(2), Optional.empty()));
            var rule =
                    new Rule(
                            Optional.empty(),
                            List.of(),
                            List.of(new Arm("small", 1), new Arm("second", 1)),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(ramp),
                            Optional.of(guard));
            var policy = new Policy(List.of(rule));
            var applied =
                    new AppliedPolicy(
                            "default",
                            7,
                            policy,
                            Instant.parse("2026-11-20T12:00:00Z"),
                            "ada",
                            Optional.empty());
            var version = applied.record();
            router.control = ControlState.EMPTY.with(version.key().text(), version.value());
            router.active = ActivePolicy.of("default", "v7", policy);
            router.canaries.put(ROUTED_BY, new Canaries.Canary("second", 10, 0));
            for (int i = 0; i < 12; i++) {
                router.send(RouterDriver.line("job-" + i, "auto"));
            }
            router.pass(Duration.ofSeconds(1));
            end(router, "job-0", "small", null);
            end(router, "job-1", "second", null);
            end(router, "job-2", "second", "timeout");
            for (int i = 0; i < 20; i++) {
                router.pass(Duration.ofSeconds(1));
            }
            collect("guarded", router);
        }
    }

    private static void end(
            RouterDriver router, String customId, String model, @Nullable String error) {
        var end =
                new JobEnd(new Route(ROUTED_BY, model), Lane.NORMAL, error, 1, BigDecimal.ONE, 700);
        JobId id = JobId.of("default", "default", customId);
        router.end(CostEvent.withoutCall(id, "default", "default").with(end.calledAgo(700)));
    }

    /** Jobs of a tenant with a budget of 5 USD: sent, ended and parked. */
    private void jobsWithABudget() {
        try (var router = new RouterDriver()) {
            var budget =
                    new Budget(new BigDecimal("5"), Period.DAY, ZoneOffset.UTC, OnExhausted.PARK);
            router.budgets =
                    new BudgetAccounts(
                            Map.of(
                                    TenantConfig.DEFAULT_NAME,
                                    new TenantConfig(1, Optional.of(budget))),
                            Map.of(),
                            Map.of());
            for (int i = 0; i < 4; i++) {
                router.send(
                        RouterDriver.line("job-" + i, "small")
                                .replace("\"messages\"", "\"max_tokens\":1000000,\"messages\""));
                router.lendMoney();
            }
            router.end("job-0");
            router.attempt("job-1");
            for (int i = 0; i < 50; i++) {
                router.pass(Duration.ofMillis(20));
            }
            collect("budget", router);
        }
    }

    /** Jobs that share calls: one answered, one called, two that wait. */
    private void sharedCalls() {
        try (var router = new RouterDriver()) {
            router.send(sharing("a", "first"));
            String key = Objects.requireNonNull(router.lookups().getFirst().key());
            WorkerAnswers.send(router, key, "a", WorkerAnswers.success("a", "0.25"));
            router.send(sharing("b", "first"));
            router.send(sharing("c", "second"));
            router.send(sharing("d", "second"));
            router.send(sharing("e", "second"));
            router.pass(Duration.ofSeconds(20));
            collect("cache", router);
        }
    }

    /** A job whose document has three parts: one answered, one refused, one called. */
    private void longDocument() {
        try (var router = new RouterDriver()) {
            String document = "It was a long day, and nothing happened. ".repeat(26);
            router.send(
                    RouterDriver.line("doc", "small")
                            .replaceFirst("\\{", "{\"millrace\":{\"split\":{\"size\":100}},")
                            .replace(
                                    "[]",
                                    "[{\"role\":\"user\",\"content\":\"" + document + "\"}]"));
            var parts = router.jobs("small");
            WorkerReplies.answer(router, parts.get(0), "It was long.");
            WorkerReplies.fail(router, parts.get(1), ErrorCode.TIMEOUT);
            router.pass(Duration.ofSeconds(1));
            collect("split", router);
        }
    }

    private static String sharing(String customId, String question) {
        return RouterDriver.line(customId, "small")
                .replaceFirst("\\{", "{\"millrace\":{\"cache\":\"exact\"},")
                .replace("[]", "[{\"role\":\"user\",\"content\":\"" + question + "\"}]");
    }

    @Test
    void stateAndTopicsAreWrittenAsVersion01WroteThem() {
        guardedJobs();
        jobsWithABudget();
        sharedCalls();
        longDocument();

        FormatFixture.compare(FILE, written);
    }

    @Test
    void everyStoreAndTopicOfTheRouterHasAnExample() {
        try (var router = new RouterDriver()) {
            List<String> names = FormatFixture.read(FILE).keySet().stream().toList();
            Stream<String> expected =
                    Stream.concat(
                            stores(router).map(it -> CHANGELOG.formatted(it)),
                            Stream.concat(
                                    TOPICS.stream().map(it -> RouterDriver.TOPICS.prefix() + it),
                                    Stream.of(ARMS)));

            assertThat(expected)
                    .allMatch(
                            topic -> names.stream().anyMatch(it -> it.contains(" " + topic + " ")))
                    .isNotEmpty();
        }
    }
}
