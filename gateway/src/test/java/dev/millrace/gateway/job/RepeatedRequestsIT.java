package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.job.Endpoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are repeated with an idempotency key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatedRequestsIT {
    private JobTrial trial;

    @BeforeAll
    void startCluster(@TempDir Path directory) {
        trial = new JobTrial(directory);
    }

    @AfterAll
    void stopCluster() {
        trial.close();
    }

    @BeforeEach
    void start() {
        trial.start();
    }

    @AfterEach
    void stop() {
        trial.stop();
    }

    @Test
    void repeatWhileTheFirstRunsSharesItsJob() throws Exception {
        trial.pipeline().hold();
        JobTicket first = trial.client().submit(trial.request("same", "key-1"));
        JobTicket second = trial.client().submit(trial.request("same", "key-1"));
        trial.pipeline().release();

        assertThat(second.job()).isEqualTo(first.job());
        assertThat(JobTrial.answer(second)).isEqualTo(JobTrial.answer(first));
        assertThat(received(first)).isEqualTo(1);
        assertThat(trial.client().repeats()).isEqualTo(1);
    }

    private long received(JobTicket ticket) {
        return trial.pipeline().received().stream()
                .filter(it -> it.id().equals(ticket.job()))
                .count();
    }

    @Test
    void repeatAfterTheEndGetsTheResultOfTheSink() throws Exception {
        JobTicket first = trial.client().submit(trial.request("same", "key-2"));
        trial.sink().put(first.job().value(), first.ended().join());
        first.close();
        trial.pipeline().hold();

        assertThat(JobTrial.answer(trial.client().submit(trial.request("same", "key-2"))))
                .isEqualTo("{\"object\":\"x\"}");
        assertThat(trial.client().repeats()).isEqualTo(1);
    }

    @Test
    void repeatAfterTheEndWaitsForASinkThatLags() throws Exception {
        JobTicket first = trial.client().submit(trial.request("same", "key-3"));
        byte[] result = first.ended().join();
        first.close();

        JobTicket second = trial.client().submit(trial.request("same", "key-3"));
        assertThat(second.ended()).isNotDone();
        trial.sink().put(second.job().value(), result);

        assertThat(JobTrial.answer(second)).isEqualTo("{\"object\":\"x\"}");
    }

    @Test
    void otherBodyIsRefusedWhileTheFirstRuns() {
        trial.pipeline().hold();
        try (var _ = trial.client().submit(trial.request("one body", "key-4"))) {
            assertThatThrownBy(() -> trial.client().submit(trial.request("other body", "key-4")))
                    .isInstanceOfSatisfying(
                            JobRefusal.class,
                            it -> assertThat(it.reason()).isEqualTo(JobRefusal.Reason.KEY_REUSED));
        }
        assertThat(trial.client().pendingJobs()).isZero();
    }

    @Test
    void otherBodyIsRefusedAfterTheEnd() throws Exception {
        JobTicket first = trial.client().submit(trial.request("one body", "key-5"));
        trial.sink().put(first.job().value(), first.ended().join());
        first.close();

        try (var second = trial.client().submit(trial.request("other body", "key-5"))) {
            assertThatThrownBy(() -> second.await(JobTrial.LONG))
                    .isInstanceOfSatisfying(
                            JobRefusal.class,
                            it -> assertThat(it.reason()).isEqualTo(JobRefusal.Reason.KEY_REUSED));
        }
    }

    @Test
    void repeatAtAnotherGatewayGetsTheSameJobsAnswer() throws Exception {
        trial.pipeline().hold();
        try (var other = trial.newClient(10)) {
            JobTicket first = trial.client().submit(trial.request("same", "key-6"));
            first.accepted().join();
            JobTicket second = other.submit(trial.request("same", "key-6"));
            second.accepted().join();
            trial.pipeline().release();

            assertThat(JobTrial.answer(second)).isEqualTo(JobTrial.answer(first));
            assertThat(received(first)).isEqualTo(1);
        }
    }

    @Test
    void sameKeyOfAnotherTenantIsAnotherJob() {
        try (var first = trial.client().submit(trial.request("same", "key-7"));
                var second =
                        trial.client()
                                .submit(
                                        new JobCall(
                                                "globex",
                                                JobTrial.BATCH,
                                                Optional.empty(),
                                                Endpoint.CHAT_COMPLETIONS,
                                                trial.request("same", null).body(),
                                                Map.of(),
                                                trial.deadline(),
                                                Optional.of("key-7"),
                                                AnswerWait.PATIENT))) {
            assertThat(second.job()).isNotEqualTo(first.job());
        }
    }

    @Test
    void repeatIsNoRepeatOfARequestThatOnlyFollowsTheJob() throws Exception {
        trial.pipeline().hold();
        JobTicket first = trial.client().submit(trial.request("same", "key-9"));
        first.accepted().join();
        first.close();
        JobTicket follower = trial.client().follow("acme", JobTrial.BATCH, first.job());

        JobTicket second = trial.client().submit(trial.request("same", "key-9"));
        trial.pipeline().release();

        assertThat(JobTrial.answer(second)).isEqualTo(JobTrial.answer(follower));
        assertThat(trial.client().pendingJobs()).isZero();
    }

    @Test
    void clientThatGoesAwayLeavesTheJobRunning() {
        trial.pipeline().hold();
        JobTicket ticket = trial.client().submit(trial.request("kept", "key-8"));
        ticket.accepted().join();
        ticket.abandon();

        JobTicket again = trial.client().submit(trial.request("kept", "key-8"));
        trial.pipeline().release();

        assertThat(again.ended().join()).isNotEmpty();
        again.close();
        assertThat(trial.cluster().control().cancellations()).isEmpty();
    }
}
