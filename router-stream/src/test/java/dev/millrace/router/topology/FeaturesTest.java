package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.cache.Caching;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.FeatureTopic;
import dev.millrace.router.semantic.SemanticCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the router without features, and with each feature alone, or with the one it needs. */
class FeaturesTest {
    private static final List<RouterFeature> ALL =
            RouterTopology.features(
                    RouterDriver.CONFIG,
                    RouterDriver.TOPICS,
                    new SimpleMeterRegistry(),
                    _ -> () -> Uuid.ONE_UUID);

    /** Returns a valid request with the option. */
    private static String line(FeatureOption option) {
        String value =
                switch (option) {
                    case RETRIEVAL -> "\"retrieval\":{\"collection\":\"handbook\"}";
                    case SPLIT -> "\"split\":{}";
                    case CACHE -> "\"cache\":\"exact\"";
                    case SEMANTIC -> "\"cache\":\"semantic\"";
                    case BATCH_LIMIT -> "\"priority\":\"normal\"";
                };
        String line = RouterDriver.line("a", "small");
        return line.substring(0, line.length() - 1) + ",\"millrace\":{" + value + "}}";
    }

    private static void send(RouterDriver router, FeatureOption option) {
        String limit = option == FeatureOption.BATCH_LIMIT ? "1000" : null;
        router.send(line(option), new SubmissionHeaders(null, null, null, null, null, limit));
    }

    private static Set<String> writtenTopics(RouterDriver router) {
        return router.description().subtopologies().stream()
                .flatMap(it -> it.nodes().stream())
                .filter(Sink.class::isInstance)
                .map(it -> ((Sink) it).topic())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static void assertRoutesAndEnds(RouterDriver router) {
        router.send(RouterDriver.line("plain", "small"));
        router.send(RouterDriver.line("plain", "small"));
        assertThat(router.jobs("small")).hasSize(1);
        assertThat(router.deadLetters()).hasSize(1);

        router.end("plain");
        router.pass(RouterDriver.WINDOW);
        router.send(RouterDriver.line("plain", "small"));
        assertThat(router.jobs("small")).hasSize(1);
    }

    private static String result(RouterDriver router) {
        return new String(Objects.requireNonNull(router.results().getFirst().value()), UTF_8);
    }

    @Nested
    class TheCoreAlone {
        @Test
        void routesJobsAndFindsRepeats() {
            try (var router = new RouterDriver(_ -> List.of())) {
                assertRoutesAndEnds(router);
                assertThat(writtenTopics(router))
                        .doesNotContainAnyElementsOf(
                                ALL.stream()
                                        .flatMap(it -> it.topics().stream().map(FeatureTopic::name))
                                        .toList());
            }
        }

        /** Ignoring the option could give a wrong answer, which costs money. */
        @ParameterizedTest
        @EnumSource
        void refusesARequestForAFeatureByItsName(FeatureOption option) {
            try (var router = new RouterDriver(_ -> List.of())) {
                send(router, option);

                assertThat(router.jobs("small")).isEmpty();
                assertThat(result(router))
                        .contains("\"code\":\"validation_error\"")
                        .contains(option.missing().message().replace("\"", "\\\""));
                assertThat(router.costs()).hasSize(1);
            }
        }

        @Test
        void refusesARequestWhoseLimitInControlNeedsBudgets() {
            try (var router = new RouterDriver(_ -> List.of())) {
                router.control = control(new ControlKey.TenantLimit("default"));
                router.send(RouterDriver.line("a", "small"));
                assertThat(router.jobs("small")).isEmpty();
                assertThat(result(router))
                        .contains("budget-limit/tenant/default needs the feature \\\"budget\\\"");

                router.control = control(new ControlKey.TenantLimit("other"));
                router.send(RouterDriver.line("b", "small"));
                assertThat(router.jobs("small")).hasSize(1);
            }
        }

        private static ControlState control(ControlKey.Limit key) {
            var limit = new BudgetLimit(BigDecimal.ONE, Instant.EPOCH, "ops");
            return ControlState.EMPTY.with(key.text(), limit.toJson());
        }

        @Test
        void namesTheOptionAndTheMissingFeature() {
            assertThat(FeatureOption.RETRIEVAL.missing().message())
                    .isEqualTo(
                            "millrace.retrieval needs the feature \"retrieval\", which this router"
                                    + " does not have");
        }

        @Test
        void ignoresAJobThatReturnsFromAFeature() {
            assumeTrue(
                    ALL.stream().anyMatch(it -> it.options().contains(FeatureOption.RETRIEVAL)),
                    "only retrieval takes a job out of the router");
            try (var router = new RouterDriver()) {
                send(router, FeatureOption.RETRIEVAL);
                var waiting = router.retrievals().getFirst();
                try (var core = new RouterDriver(_ -> List.of())) {
                    core.send(
                            RouterDriver.TOPICS.retrieved(),
                            null,
                            waiting.value(),
                            waiting.headers());

                    assertThat(core.jobs("small")).isEmpty();
                    assertThat(core.deadLetters()).isEmpty();
                }
            }
        }

        @Test
        void endsAJobThatReturnsForMoney() {
            String line = RouterDriver.line("a", "small");
            try (var router = new RouterDriver()) {
                router.send(
                        line.substring(0, line.length() - 1)
                                + ",\"millrace\":{\"max_cost_usd\":1}}");
                var called = router.jobs("small").getFirst();
                try (var core = new RouterDriver(_ -> List.of())) {
                    core.send(
                            RouterDriver.TOPICS.retrieved(),
                            null,
                            called.value(),
                            called.headers());

                    assertThat(core.deadLetters())
                            .singleElement()
                            .satisfies(
                                    it ->
                                            assertThat(DeadLetter.read(it.headers()).message())
                                                    .startsWith("a job that returns for money"));
                    assertThat(core.costs()).hasSize(1);
                }
            }
        }
    }

    @Nested
    class OneFeature {
        static Stream<Integer> features() {
            return IntStream.range(0, ALL.size()).boxed();
        }

        /** The semantic cache plugs into the cache. */
        private static RouterDriver router(int feature) {
            return new RouterDriver(
                    all ->
                            all.get(feature) instanceof SemanticCache semantic
                                    ? List.of(cache(all), semantic)
                                    : List.of(all.get(feature)));
        }

        @ParameterizedTest
        @MethodSource("features")
        void routesJobsAndFindsRepeats(int feature) {
            try (var router = router(feature)) {
                assertRoutesAndEnds(router);
            }
        }

        @ParameterizedTest
        @MethodSource("features")
        void isNotRefused(int feature) {
            try (var router = router(feature)) {
                for (FeatureOption option : ALL.get(feature).options()) {
                    send(router, option);

                    assertThat(router.results()).isEmpty();
                }
            }
        }
    }

    @Nested
    class TheCacheWithoutTheSemanticCache {
        @Test
        void looksUpIdenticalRequestsOnly() {
            try (var router = new RouterDriver(all -> List.of(cache(all)))) {
                send(router, FeatureOption.CACHE);
                assertThat(router.lookups()).hasSize(1);
                assertThat(router.results()).isEmpty();

                router.send(line(FeatureOption.SEMANTIC).replace("\"a\"", "\"b\""));
                assertThat(result(router))
                        .contains("needs the feature \\\"semantic\\\", which this router");
                assertThat(router.lookups()).isEmpty();
            }
        }
    }

    private static RouterFeature cache(List<RouterFeature> all) {
        return all.stream().filter(Caching.class::isInstance).findFirst().orElseThrow();
    }

    @Nested
    class AllFeatures {
        @Test
        void routeJobsAndFindRepeats() {
            try (var router = new RouterDriver()) {
                assertRoutesAndEnds(router);
            }
        }

        static Stream<FeatureOption> options() {
            return ALL.stream().flatMap(it -> it.options().stream());
        }

        @ParameterizedTest
        @MethodSource("options")
        void refuseNoRequest(FeatureOption option) {
            try (var router = new RouterDriver()) {
                send(router, option);

                assertThat(router.results()).isEmpty();
            }
        }
    }
}
