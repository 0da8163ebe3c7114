package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.serving.GroupMembers;
import dev.millrace.gateway.serving.RunningServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ServiceWatchTest {
    private static final Optional<String> REQUESTS = Optional.of("millrace.requests");
    private static final GroupMembers ROUTER = readerOf("millrace.requests");
    private static final GroupMembers WORKER = readerOf("millrace.jobs.m.normal");
    private static final GroupMembers REBALANCING = new GroupMembers(List.of("a"), true, Map.of());

    private GroupMembers routers = ROUTER;
    private GroupMembers workers = WORKER;
    private boolean isKnown = true;
    private Set<String> withTopics = Set.of("m", "other", "chained");
    private long nanos = Long.MAX_VALUE - 1;
    private final long firstNanos = nanos;

    private final ServiceWatch watch = watch(CacheMode.NONE);

    private ServiceWatch watch(CacheMode cache) {
        return new ServiceWatch(
                () ->
                        isKnown
                                ? Optional.of(
                                        new RunningServices(
                                                new Topics("millrace."),
                                                routers,
                                                workers,
                                                withTopics))
                                : Optional.empty(),
                Catalog.of(
                        List.of(
                                Model.of("m", "p", Price.of("1", "1")),
                                Model.of("other", "p", Price.of("1", "1")),
                                Model.of("chained", "p", Price.of("1", "1"))
                                        .withFallback(List.of("m")))),
                cache,
                () -> nanos);
    }

    private static GroupMembers readerOf(String topic) {
        return new GroupMembers(List.of("a"), false, Map.of(topic, Set.of(0)));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        watch.refresh();
    }

    /** Looks twice a second, as the gateway does while calls wait and published ones run. */
    private void passSeconds(int seconds) {
        for (int i = 0; i < 2 * seconds; i++) {
            pass(Duration.ofMillis(500));
            var _ = missing("m");
            var _ = missing("m", firstNanos);
        }
    }

    private List<WaitingReason> missing(String model) {
        return watch.noteMissing(watch.needOf(REQUESTS, model)).stream()
                .map(Waiting::reason)
                .toList();
    }

    private List<WaitingReason> missing(String model, long sinceNanos) {
        return watch.lackedByPublished(watch.needOf(REQUESTS, model), sinceNanos).stream()
                .map(Waiting::reason)
                .toList();
    }

    @Test
    void nothingIsMissingBeforeTheFirstReading() {
        routers = GroupMembers.NONE;

        assertThat(missing("m")).isEmpty();
    }

    @Test
    void missingServicesAreThoseThatTheJobNeeds() {
        routers = GroupMembers.NONE;
        workers = GroupMembers.NONE;
        watch.refresh();

        assertThat(missing("m")).containsExactly(WaitingReason.NO_ROUTER, WaitingReason.NO_WORKER);
        assertThat(missing("auto"))
                .containsExactly(WaitingReason.NO_ROUTER, WaitingReason.NO_WORKER);
        assertThat(watch.noteMissing(watch.needOf(Optional.empty(), "m")))
                .extracting(Waiting::reason)
                .containsExactly(WaitingReason.NO_WORKER);
    }

    @Test
    void modelThatNoWorkerHasIsMissing() {
        watch.refresh();

        assertThat(missing("other")).containsExactly(WaitingReason.NO_WORKER);
        assertThat(missing("auto")).isEmpty();
    }

    /** The router rejects them, or falls back. */
    @Test
    void unknownModelAndModelWithoutTopicsAreLeftToTheRouter() {
        withTopics = Set.of("m");
        watch.refresh();

        assertThat(missing("no-such-model")).isEmpty();
        assertThat(missing("other")).isEmpty();
    }

    @Test
    void groupThatRebalancesLacksNothing() {
        routers = REBALANCING;
        workers = REBALANCING;
        watch.refresh();

        assertThat(missing("m")).isEmpty();
    }

    @Test
    void unknownOrOldReadingShowsNothingMissing() {
        routers = GroupMembers.NONE;
        watch.refresh();
        nanos += Duration.ofSeconds(5).toNanos();
        assertThat(missing("m")).isEmpty();

        isKnown = false;
        watch.refresh();
        assertThat(missing("m")).isEmpty();
    }

    @Test
    void batchLacksTheServicesOfAllItsModels() {
        routers = GroupMembers.NONE;

        assertThat(watch.readMissing(REQUESTS, Set.of("m", "other", "auto")))
                .extracting(Waiting::reason)
                .containsExactly(WaitingReason.NO_ROUTER, WaitingReason.NO_WORKER);
    }

    @Nested
    class ACall {
        @Test
        void lacksItsRouterFourSecondsAfterItCame() {
            routers = GroupMembers.NONE;
            long start = nanos;

            passSeconds(3);
            assertThat(missing("m", start)).isEmpty();
            // The first reading came half a second after the call.
            passSeconds(2);
            assertThat(missing("m", start)).containsExactly(WaitingReason.NO_ROUTER);
        }

        @Test
        void waitsAsLongForAServiceThatHasJustGone() {
            long start = nanos;
            passSeconds(60);
            workers = GroupMembers.NONE;

            passSeconds(4);
            assertThat(missing("m", start)).isEmpty();
            passSeconds(1);
            assertThat(missing("m", start)).containsExactly(WaitingReason.NO_WORKER);
        }

        @Test
        void survivesARestartOfThreeSecondsAfterAnother() {
            long start = nanos;
            for (int i = 0; i < 5; i++) {
                workers = GroupMembers.NONE;
                passSeconds(3);
                assertThat(missing("m", start)).isEmpty();
                workers = WORKER;
                passSeconds(1);
                assertThat(missing("m", start)).isEmpty();
            }
        }

        @Test
        void ignoresAnOutageBeforeAGapInTheReadings() {
            routers = GroupMembers.NONE;
            watch.refresh();
            assertThat(missing("m")).isNotEmpty();

            pass(Duration.ofHours(1));

            assertThat(missing("m", nanos - Duration.ofSeconds(30).toNanos())).isEmpty();
        }

        @Test
        void needsNoRouterOnceOneHasReadItsRequests() {
            long start = nanos;
            passSeconds(2);
            routers = GroupMembers.NONE;

            passSeconds(60);
            assertThat(missing("m", start)).isEmpty();

            workers = GroupMembers.NONE;
            passSeconds(6);
            assertThat(missing("m", start)).containsExactly(WaitingReason.NO_WORKER);
        }

        @Test
        void lacksARouterThatWasSeenBeforeItOnly() {
            passSeconds(2);
            routers = GroupMembers.NONE;
            long start = nanos;

            passSeconds(6);

            assertThat(missing("m", start)).containsExactly(WaitingReason.NO_ROUTER);
        }

        @Test
        void withAFallbackNeedsAnyWorker() {
            watch.refresh();
            assertThat(lacks("chained", "{}")).isEmpty();
            assertThat(lacks("chained", "{\"fallback\":[]}"))
                    .containsExactly(WaitingReason.NO_WORKER);
            assertThat(lacks("other", "{\"fallback\":[\"m\"]}")).isEmpty();
            assertThat(lacks("other", "{}")).containsExactly(WaitingReason.NO_WORKER);

            workers = GroupMembers.NONE;
            pass(Duration.ofSeconds(1));
            assertThat(lacks("chained", "{}")).containsExactly(WaitingReason.NO_WORKER);
        }

        @Test
        void thatTheCacheCanAnswerNeedsNoWorker() {
            workers = GroupMembers.NONE;
            watch.refresh();
            assertThat(lacks("m", "{\"cache\":\"exact\"}")).isEmpty();
            assertThat(lacks("auto", "{\"cache\":\"semantic\"}")).isEmpty();
            assertThat(lacks("m", "{\"cache\":\"none\"}")).containsExactly(WaitingReason.NO_WORKER);

            ServiceWatch cached = watch(CacheMode.DETERMINISTIC);
            cached.refresh();
            assertThat(
                            cached.noteMissing(
                                    cached.needOfRouted("millrace.requests", line("m", "{}"))))
                    .isEmpty();
        }

        @Test
        void thatBypassesTheRouterNeedsAWorkerOfItsPlan() {
            routers = GroupMembers.NONE;
            watch.refresh();

            assertThat(lacks(List.of("m"))).isEmpty();
            assertThat(lacks(List.of("other", "m"))).isEmpty();
            assertThat(lacks(List.of("other"))).containsExactly(WaitingReason.NO_WORKER);
        }

        private List<WaitingReason> lacks(String model, String options) {
            return watch
                    .noteMissing(watch.needOfRouted("millrace.requests", line(model, options)))
                    .stream()
                    .map(Waiting::reason)
                    .toList();
        }

        private List<WaitingReason> lacks(List<String> chain) {
            return watch
                    .noteMissing(
                            ServiceWatch.needOfExpress(
                                    new JobHeaders.Route("catalog", chain, null)))
                    .stream()
                    .map(Waiting::reason)
                    .toList();
        }

        private RequestLine line(String model, String options) {
            String text =
                    """
                    {"custom_id":"1","method":"POST","url":"/v1/chat/completions",\
                    "body":{"model":"%s","messages":[]},"millrace":%s}\
                    """
                            .formatted(model, options);
            return RequestParser.parse(text.getBytes(UTF_8))
                            instanceof ParseResult.Accepted(RequestLine accepted)
                    ? accepted
                    : fail("the line is not accepted");
        }
    }
}
