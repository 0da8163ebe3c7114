package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.fixtures.GatewayCluster;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose request topic or sink does not answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobClientFailureIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    private GatewayCluster cluster;

    @BeforeAll
    void startCluster(@TempDir Path directory) {
        cluster = new GatewayCluster(directory);
    }

    @AfterAll
    void stopCluster() {
        cluster.close();
    }

    /** Starts a client whose request topic does not exist. */
    private JobClient clientWithoutTopic() {
        return clientWithoutTopic("50");
    }

    private JobClient clientWithoutTopic(String maxBlockMillis) {
        var kafka = new HashMap<>(cluster.client());
        kafka.put("producer.max.block.ms", maxBlockMillis);
        return client(
                new JobSettings(
                        kafka,
                        cluster.config().topics(),
                        _ -> Optional.of("missing"),
                        HeapShare.AMPLE,
                        List.of(),
                        10),
                EndedJobs.NONE);
    }

    private static JobClient client(JobSettings settings, EndedJobs ended) {
        var started =
                JobClient.start(
                        new JobClient.Parts(
                                settings,
                                ended,
                                JobClient.Routing.BY_ROUTER,
                                InstantSource.system(),
                                System::nanoTime,
                                new SecureRandom()));
        Awaitility.await().until(() -> started.health().ready());
        return started;
    }

    private static JobCall request(@Nullable String key) {
        return new JobCall(
                "acme",
                JobTrial.BATCH,
                Optional.empty(),
                Endpoint.CHAT_COMPLETIONS,
                "{\"model\":\"gpt-4.1\",\"messages\":[]}".getBytes(UTF_8),
                Map.of(),
                Instant.now().plusSeconds(600),
                Optional.ofNullable(key),
                AnswerWait.PATIENT);
    }

    private static RequestLine line(String customId) {
        String text =
                "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"gpt-4.1\"}}"
                        .formatted(customId);
        if (!(RequestParser.parse(text.getBytes(UTF_8))
                instanceof ParseResult.Accepted(var line))) {
            throw new AssertionError("not a request: " + text);
        }
        return line;
    }

    private void awaitCancellation(JobId job) {
        Awaitility.await().until(() -> isCancelled(job));
    }

    private boolean isCancelled(JobId job) {
        return cluster.control().cancellations().containsKey(new ControlKey.CancelJob(job));
    }

    @Test
    void unacknowledgedJobIsCancelledUnlessItsClientMayRepeatIt() {
        try (var client = clientWithoutTopic()) {
            JobTicket keyed = client.submit(request("key"));
            assertThatThrownBy(() -> keyed.await(LONG)).isInstanceOf(JobRefusal.class);
            keyed.close();
            JobTicket unkeyed = client.submit(request(null));
            assertThatThrownBy(() -> unkeyed.await(LONG)).isInstanceOf(JobRefusal.class);
            unkeyed.close();

            awaitCancellation(unkeyed.job());
            assertThat(isCancelled(keyed.job())).isFalse();
        }
    }

    @Test
    void missingTopicOfATenantLeavesTheGatewayReadyForOthers() {
        try (var client = clientWithoutTopic("5000")) {
            JobTicket ticket = client.submit(request("ready"));
            assertThatThrownBy(() -> ticket.await(LONG)).isInstanceOf(JobRefusal.class);
            ticket.close();

            assertThat(client.health().detail()).startsWith("reads the results");
            assertThat(client.health().ready()).isTrue();
        }
    }

    @Test
    void unacknowledgedSubmissionIsCancelledUnlessItsClientKnowsTheCustomId() {
        try (var client = clientWithoutTopic()) {
            var named =
                    client.publish(
                            "acme",
                            "gateway",
                            Optional.empty(),
                            line("named"),
                            Optional.empty(),
                            true);
            assertThat(named)
                    .failsWithin(LONG)
                    .withThrowableThat()
                    .withMessageContaining("same custom_id");
            var unnamed =
                    client.publish(
                            "acme",
                            "gateway",
                            Optional.empty(),
                            line("unnamed"),
                            Optional.empty(),
                            false);
            assertThat(unnamed).failsWithin(LONG);

            awaitCancellation(JobId.of("acme", "gateway", "unnamed"));
            assertThat(isCancelled(JobId.of("acme", "gateway", "named"))).isFalse();
        }
    }

    @Test
    void repeatableRequestIsNotPublishedWhileTheSinkDoesNotAnswer() {
        EndedJobs failing =
                (_, _, _) -> {
                    throw new IllegalStateException("no connection");
                };
        try (var client = client(JobSettings.of(cluster.config(), HeapShare.AMPLE), failing)) {
            assertThatThrownBy(() -> client.submit(request("key")))
                    .isInstanceOfSatisfying(
                            JobRefusal.class,
                            it -> assertThat(it.reason()).isEqualTo(JobRefusal.Reason.UNAVAILABLE))
                    .hasMessageContaining("sink");
            assertThat(client.pendingJobs()).isZero();
        }
    }
}
