package dev.millrace.router.hold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job waits for the topics of its first model, whose provider is off when they exist. */
class HeldJobsTest implements HoldOutputs {
    private final TestClock clock = new TestClock();
    private final Set<String> missing = new HashSet<>(Set.of("off"));
    private final List<String> ended = new ArrayList<>();
    private final List<String> waited = new ArrayList<>();
    private final Traces traces =
            new Traces() {
                @Override
                public void onWaited(JobHeaders job, Instant since, WaitingReason reason) {
                    waited.add(job.jobId() + " for " + reason.word() + " since " + since);
                }
            };
    private final HeldJobs waits =
            new HeldJobs(
                    new TreeStore(),
                    new HoldServices(
                            () -> ControlState.EMPTY,
                            it ->
                                    missing.contains(it)
                                            ? Optional.of("its topic is missing")
                                            : Optional.empty(),
                            HeldJobsTest::inService,
                            it ->
                                    it.model().equals("off")
                                            ? Optional.of(
                                                    new Rejection(
                                                            ErrorCode.UNKNOWN_MODEL,
                                                            "its provider is off",
                                                            "body.model"))
                                            : Optional.empty(),
                            new CheaperHours(_ -> Optional.empty(), _ -> Duration.ZERO, 1),
                            new OldestWaitingJob(),
                            traces,
                            clock,
                            new InternalErrors(new SimpleMeterRegistry())),
                    this,
                    0);

    private static PlannedJob inService(PlannedJob job) {
        JobHeaders moved = job.headers().atModel(1, 0, BigDecimal.ZERO, List.of(), null);
        return new PlannedJob(job.identity(), job.origin(), moved, job.bytes());
    }

    @Override
    public void release(PlannedRecord job) {
        ended.add("released to " + job.job().headers().model());
    }

    @Override
    public void refuse(PlannedRecord job, Rejection rejection) {
        ended.add("refused: " + rejection.message());
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        ended.add("buried: " + message);
    }

    @Override
    public void report(WorkerReport report) {}

    @BeforeEach
    void add() {
        var id = JobId.of("acme", "b", "a");
        byte[] line =
                """
                {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"off","messages":[]}}"""
                        .getBytes(UTF_8);
        var headers =
                new JobHeaders(
                        new JobHeaders.Identity(id, "acme", "b", 1L),
                        new JobHeaders.Submission(Priority.NORMAL, null, clock.instant()),
                        new JobHeaders.Route("catalog", List.of("off", "on"), 0));
        var job =
                new PlannedJob(
                        new JobIdentity(id, "a", "acme", "b", 1L, null),
                        new Origin("requests", 0, 0),
                        headers,
                        line);
        waits.onJob(new PlannedRecord(job, null, new RecordHeaders(), 0, clock.millis()));
        waits.onTick();
        assertThat(ended).isEmpty();
    }

    private void createTopicOf(String model) {
        missing.remove(model);
        clock.advance(Duration.ofSeconds(2));
        waits.onTick();
    }

    @Test
    void jobIsReleasedToItsNextModel() {
        createTopicOf("off");

        assertThat(ended).containsExactly("released to on");
    }

    @Test
    void tracesLearnForWhatAReleasedJobHasWaited() {
        Instant since = clock.instant();
        createTopicOf("off");

        assertThat(waited)
                .containsExactly(JobId.of("acme", "b", "a") + " for no_topic since " + since);
    }

    @Test
    void jobWaitsForTheTopicsOfItsNextModel() {
        missing.add("on");
        createTopicOf("off");
        assertThat(ended).isEmpty();

        createTopicOf("on");

        assertThat(ended).containsExactly("released to on");
    }
}
