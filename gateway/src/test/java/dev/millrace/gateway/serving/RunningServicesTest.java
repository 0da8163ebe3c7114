package dev.millrace.gateway.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RunningServicesTest {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final GroupMembers ROUTER = readerOf("millrace.requests");
    private static final GroupMembers WORKER = readerOf("millrace.jobs.m.normal");

    private static GroupMembers readerOf(String topic) {
        return new GroupMembers(List.of("a"), false, Map.of(topic, Set.of(0)));
    }

    private static RunningServices running(GroupMembers routers, GroupMembers workers) {
        return new RunningServices(TOPICS, routers, workers, Set.of("m", "other"));
    }

    @Test
    void servedRequestsAndModelsLackNothing() {
        RunningServices running = running(ROUTER, WORKER);

        assertThat(running.noRouterFor("millrace.requests")).isEmpty();
        assertThat(running.noWorkerFor("m")).isEmpty();
        assertThat(running.noWorkerFor("m", List.of(Lane.NORMAL))).isEmpty();
        assertThat(running.noWorker()).isEmpty();
    }

    @Nested
    class Missing {
        private static final Catalog CATALOG =
                Catalog.of(
                        Stream.of("m", "other", "bare")
                                .map(it -> Model.of(it, "p", Price.of("1", "1")))
                                .toList());
        private static final GroupMembers REBALANCING =
                new GroupMembers(List.of("a"), true, Map.of());

        private List<String> missing(GroupMembers routers, GroupMembers workers, String... names) {
            return running(routers, workers)
                    .missing(Optional.of("millrace.requests"), Set.of(names), CATALOG)
                    .stream()
                    .map(Waiting::text)
                    .toList();
        }

        @Test
        void servedJobsLackNothing() {
            assertThat(missing(ROUTER, WORKER, "m", "auto")).isEmpty();
        }

        @Test
        void jobsLackTheirRouterAndTheWorkersOfTheirModels() {
            assertThat(missing(GroupMembers.NONE, WORKER, "m", "other"))
                    .containsExactly(
                            "jobs wait: no_router: no router reads millrace.requests: start one"
                                    + " with millrace router",
                            "other waits: no_worker: no worker serves other: start millrace worker"
                                    + " with a configuration that has it");
        }

        @Test
        void jobsOfAllModelsLackTheSameWorkersIfNoneRuns() {
            assertThat(missing(ROUTER, GroupMembers.NONE, "m", "other", "auto"))
                    .containsExactly(
                            "jobs wait: no_worker: no worker runs: start one with millrace worker");
        }

        @Test
        void jobsOfUnknownModelsLackWorkersIfNoneRuns() {
            assertThat(missing(ROUTER, GroupMembers.NONE))
                    .containsExactly(
                            "jobs wait: no_worker: no worker runs: start one with millrace worker");
            assertThat(missing(ROUTER, WORKER)).isEmpty();
        }

        @Test
        void groupThatDistributesItsPartitionsCountsAsRunning() {
            assertThat(missing(REBALANCING, REBALANCING, "m", "other", "auto")).isEmpty();
            assertThat(running(ROUTER, REBALANCING).noWorkerFor("m", List.of(Lane.HIGH))).isEmpty();
        }

        /** The router rejects them, falls back, or keeps them until the topics exist. */
        @Test
        void unknownModelsAndModelsWithoutTopicsLackNoWorker() {
            assertThat(missing(ROUTER, GroupMembers.NONE, "no-such-model", "bare")).isEmpty();
        }

        @Test
        void jobsThatBypassTheRouterLackNone() {
            assertThat(
                            running(GroupMembers.NONE, WORKER)
                                    .missing(Optional.empty(), Set.of("m"), CATALOG))
                    .isEmpty();
        }
    }

    @Test
    void missingRouterIsNamedWithItsTopicAndCommand() {
        assertThat(running(GroupMembers.NONE, WORKER).noRouterFor("millrace.requests"))
                .map(Waiting::text)
                .hasValue(
                        "jobs wait: no_router: no router reads millrace.requests: start one with"
                                + " millrace router");
    }

    @Test
    void routerOfOtherRequestTopicsIsMissing() {
        assertThat(
                        running(readerOf("millrace.requests.acme"), WORKER)
                                .noRouterFor("millrace.requests"))
                .isPresent();
    }

    @Test
    void missingWorkersAreNamedWithTheirCommand() {
        RunningServices running = running(ROUTER, GroupMembers.NONE);

        assertThat(running.noWorker())
                .map(Waiting::text)
                .hasValue("jobs wait: no_worker: no worker runs: start one with millrace worker");
        assertThat(running.noWorkerFor("m", List.of(Lane.LOW)))
                .map(Waiting::text)
                .hasValue("m waits: no_worker: no worker runs: start one with millrace worker");
    }

    @Test
    void modelThatWorkersDoNotHaveIsNamed() {
        assertThat(running(ROUTER, WORKER).noWorkerFor("other"))
                .map(Waiting::value)
                .hasValue(
                        "no worker serves other: start millrace worker with a configuration that"
                                + " has it");
    }

    @Test
    void laneThatWorkersDoNotReadIsNamed() {
        assertThat(running(ROUTER, WORKER).noWorkerFor("m", List.of(Lane.HIGH)))
                .map(Waiting::value)
                .hasValue("no worker has its lane high");
    }
}
