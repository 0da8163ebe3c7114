package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.gateway.fixtures.FakePipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients on the embedded broker, with a pipeline in miniature. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobClientIT {
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
    void bodyReachesThePipelineUnchangedAndItsAnswerComesBack() throws Exception {
        trial.echo();

        String answer = JobTrial.answer(trial.client().submit(trial.request("one", null)));

        assertThat(answer)
                .isEqualTo(
                        "{\"echo\":{\"model\":\"gpt-4.1\",  \"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}}");
        var job = trial.pipeline().received().getLast();
        assertThat(job.submission().submittedAt()).isNull();
        var options = job.line().options();
        assertThat(options.tenant()).isEqualTo("acme");
        assertThat(options.priority()).isEqualTo(Priority.CRITICAL);
        assertThat(options.deadline()).isEqualTo(trial.deadline());
    }

    @Test
    void resultOfAnAbortedTransactionIsNotSeen() throws Exception {
        trial.pipeline().abortFirst();

        assertThat(JobTrial.answer(trial.client().submit(trial.request("two", null))))
                .isEqualTo("{\"object\":\"x\"}");
    }

    @Test
    void resultCommittedInThisProcessAnswersBeforeItIsRead() throws Exception {
        trial.pipeline().hold();
        try (var ticket = trial.client().submit(trial.request("direct", null))) {
            Awaitility.await().until(() -> !trial.pipeline().received().isEmpty());
            var job = trial.pipeline().received().getLast();

            trial.client()
                    .onCommitted(
                            job.id().value(),
                            FakePipeline.result(job, FakePipeline.answered(200, "{\"a\":1}")));

            assertThat(JobTrial.text(ticket.await(JobTrial.LONG).body())).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void resultOfAnotherJobThatIsCommittedInThisProcessIsIgnored() {
        trial.client().onCommitted("unknown", new byte[] {1});

        assertThat(trial.client().pendingJobs()).isZero();
    }

    @Test
    void endWithoutAnAnswerHasItsErrorCode() throws Exception {
        trial.pipeline()
                .answer(_ -> Outcome.rejected(ErrorCode.BUDGET_EXCEEDED, "the budget is used up"));

        try (var ticket = trial.client().submit(trial.request("three", null))) {
            AwaitedResult ended = ticket.await(JobTrial.LONG);
            assertThat(ended.errorCode()).contains("budget_exceeded");
            assertThat(ended.field("error.message")).contains("the budget is used up");
            assertThat(ended.status()).isEmpty();
        }
    }

    @Test
    void manyRequestsOfTwoClientsGetTheirOwnAnswers() throws Exception {
        trial.echo();
        try (var other = trial.newClient(1_000);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers =
                    IntStream.range(0, 400)
                            .mapToObj(
                                    it ->
                                            threads.submit(
                                                    () ->
                                                            JobTrial.answer(
                                                                    (it % 2 == 0
                                                                                    ? trial.client()
                                                                                    : other)
                                                                            .submit(
                                                                                    trial.request(
                                                                                            "n"
                                                                                                    + it,
                                                                                            null)))))
                            .toList();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).contains("\"content\":\"n" + i + "\"");
            }
            assertThat(trial.client().pendingJobs()).isZero();
            assertThat(trial.client().pendingBytes()).isZero();
        }
    }

    @Test
    void acceptedJobsAreInKafka() {
        trial.pipeline().hold();
        try (var ticket = trial.client().submit(trial.request("durable", null))) {
            ticket.accepted().join();
            Awaitility.await()
                    .until(
                            () ->
                                    trial.pipeline().received().stream()
                                            .anyMatch(it -> it.id().equals(ticket.job())));
        }
    }

    @Nested
    class WhenAClientGoesAway {
        @Test
        void itsJobIsCancelledUntilItEnds() {
            trial.pipeline().hold();
            JobTicket ticket = trial.client().submit(trial.request("gone", null));
            ticket.accepted().join();
            ticket.abandon();

            var key = new ControlKey.CancelJob(ticket.job());
            Awaitility.await()
                    .until(() -> trial.cluster().control().cancellations().containsKey(key));
            var command = trial.cluster().control().cancellations().get(key);
            assertThat(command).isNotNull();
            assertThat(command.runningAt()).isPresent();
            assertThat(trial.client().pendingJobs()).isZero();

            trial.pipeline().release();
            Awaitility.await().until(() -> trial.cluster().control().cancellations().isEmpty());
        }

        @Test
        void nothingIsCancelledAfterTheEnd() throws Exception {
            JobTicket ticket = trial.client().submit(trial.request("ended", null));
            assertThat(ticket.await(JobTrial.LONG).status()).contains(200);
            ticket.abandon();

            assertThat(trial.cluster().control().cancellations()).isEmpty();
        }
    }

    @Nested
    class WhenThereIsNoRoom {
        @Test
        void furtherJobsAreRefusedUntilOneEnds() throws Exception {
            trial.pipeline().hold();
            try (var small = trial.newClient(4)) {
                JobTicket first = small.submit(trial.request("first", null));
                JobTicket second = small.submit(trial.request("second", null));
                assertThatThrownBy(() -> small.submit(trial.request("third", null)))
                        .isInstanceOfSatisfying(
                                JobRefusal.class,
                                it -> {
                                    assertThat(it.reason()).isEqualTo(JobRefusal.Reason.OVERLOADED);
                                });
                trial.pipeline().release();
                assertThat(JobTrial.answer(first)).isNotEmpty();
                assertThat(JobTrial.answer(small.submit(trial.request("third", null))))
                        .isNotEmpty();
                second.close();
            }
        }
    }
}
