package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.gateway.serving.GroupMembers;
import dev.millrace.gateway.serving.RunningServices;
import dev.millrace.standalone.client.RecordCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineWaitsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String REQUESTS = "millrace.requests";

    private RunningServices running =
            new RunningServices(
                    new Topics("millrace."),
                    readerOf(REQUESTS),
                    readerOf("millrace.jobs.m.normal"),
                    Set.of("m"));
    private Map<String, RecordCount> unrouted = Map.of();

    private ControlState control = ControlState.EMPTY;

    private static GroupMembers readerOf(String topic) {
        return new GroupMembers(List.of("a"), false, Map.of(topic, Set.of(0)));
    }

    private void add(ControlRecord record) {
        control = control.with(record.key().text(), record.value());
    }

    private void report(WaitingReason reason, String value, long jobs) {
        var waiting = new Waiting("m", Optional.empty(), reason, value, Optional.empty(), jobs);
        add(
                new WorkerReport(
                                NOON.plusSeconds(60),
                                List.of(),
                                List.of(),
                                List.of(waiting),
                                List.of())
                        .record("w1"));
    }

    private void pause(ControlKey.Pause key) {
        add(new OperatorCommand(NOON, "ada").record(key));
    }

    private ModelQueue queue(Lane lane, long waiting) {
        return new ModelQueue("m", Map.of(lane, new Backlog(waiting, 2)), control.isPaused("m"));
    }

    private List<String> texts(List<ModelQueue> queues, Optional<RetrievalBacklog> retrieval) {
        return new PipelineWaits(
                        new ControlWaits(control, NOON), queues, unrouted, running, retrieval)
                .list().stream().map(Waiting::text).toList();
    }

    private List<String> texts(ModelQueue queue) {
        return texts(List.of(queue), Optional.empty());
    }

    @Test
    void reasonOfAWorkerHasTheNumberOfWaitingJobs() {
        report(WaitingReason.CONFIGURED_LIMIT, "limit: 60", 0);

        assertThat(texts(queue(Lane.NORMAL, 1_200)))
                .containsExactly("m waits: configured_limit: limit: 60; 1,200 jobs");
    }

    @Test
    void modelWithoutWaitingJobsHasNoReason() {
        report(WaitingReason.CONFIGURED_LIMIT, "limit: 60", 0);

        assertThat(texts(queue(Lane.NORMAL, 0))).isEmpty();
    }

    @Test
    void modelWithoutTopicsHasTheReportOfTheRouter() {
        report(WaitingReason.NO_TOPIC, "the topic x does not exist", 400);

        assertThat(texts(List.of(), Optional.empty()))
                .contains("m waits: no_topic: the topic x does not exist; 400 jobs");
        assertThat(texts(queue(Lane.NORMAL, 0))).isEmpty();
    }

    @Test
    void jobsThatARouterHoldsForAnHourAreNotThoseOfTheQueue() {
        report(WaitingReason.CHEAPER_HOUR, "calls cost 50 % less then", 400);

        assertThat(texts(queue(Lane.NORMAL, 0)))
                .containsExactly("m waits: cheaper_hour: calls cost 50 % less then; 400 jobs");
        assertThat(texts(queue(Lane.NORMAL, 7)))
                .containsExactly("m waits: cheaper_hour: calls cost 50 % less then; 400 jobs");
    }

    @Test
    void laneWithoutAWorkerIsReported() {
        assertThat(texts(queue(Lane.HIGH, 3)))
                .containsExactly("m waits: no_worker: no worker has its lane high; 3 jobs");
    }

    @Test
    void requestsWithoutARouterAreCounted() {
        unrouted = Map.of(REQUESTS, new RecordCount(50, false));
        running =
                new RunningServices(
                        running.topics(), GroupMembers.NONE, running.workers(), Set.of());

        assertThat(texts(queue(Lane.NORMAL, 0)))
                .containsExactly(
                        "jobs wait: no_router: no router reads millrace.requests: start one with"
                                + " millrace router; 50 jobs");
    }

    @Test
    void requestsThatARouterIsAboutToRouteDoNotWait() {
        unrouted = Map.of(REQUESTS, new RecordCount(50, false));

        assertThat(texts(queue(Lane.NORMAL, 0))).isEmpty();
    }

    @Test
    void numberThatOffsetsTellIsAnEstimate() {
        running =
                new RunningServices(
                        running.topics(), running.routers(), GroupMembers.NONE, Set.of());
        var backlog = new Backlog(new RecordCount(2_000, true), 0);

        assertThat(texts(new ModelQueue("m", Map.of(Lane.NORMAL, backlog), false)))
                .containsExactly(
                        "m waits: no_worker: no worker runs: start one with millrace worker;"
                                + " about 2,000 jobs");
    }

    @Test
    void pauseOfTheModelIsReportedOnce() {
        pause(new ControlKey.PauseModel("m"));
        report(WaitingReason.PAUSE, "model m", 0);

        assertThat(texts(queue(Lane.NORMAL, 3)))
                .containsExactly("m waits: pause: m, since 2026-11-20T12:00:00Z by ada; 3 jobs");
    }

    @Test
    void pausedTenantIsNamed() {
        pause(new ControlKey.PauseTenant("acme"));
        report(WaitingReason.PAUSE, "the tenant or batch of the jobs", 3);

        assertThat(texts(queue(Lane.NORMAL, 10)))
                .containsExactly("m waits: pause: tenant acme; 3 jobs");
    }

    @Test
    void missingTopicsAndPassagesAreReported() {
        assertThat(
                        texts(
                                List.of(),
                                Optional.of(new RetrievalBacklog(new RecordCount(31, false), 0))))
                .containsExactly(
                        "jobs wait: no_topic: no model of the catalog has topics",
                        "jobs wait: retrieval: no retrieval service runs; 31 jobs");
    }
}
