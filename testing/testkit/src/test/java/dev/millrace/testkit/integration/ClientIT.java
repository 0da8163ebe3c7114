package dev.millrace.testkit.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.client.Accepted;
import dev.millrace.client.Answer;
import dev.millrace.client.ClientOptions;
import dev.millrace.client.MillraceClient;
import dev.millrace.client.RejectedRequestException;
import dev.millrace.client.request.Request;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import dev.millrace.testkit.MillracePipeline;
import dev.millrace.testkit.PipelineOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Calls a whole pipeline with the Java client. */
class ClientIT {
    private static MillracePipeline pipeline;
    private static MillraceClient client;

    @BeforeAll
    static void start() {
        pipeline =
                MillracePipeline.start(
                        PipelineOptions.DEFAULT.withSimulator(
                                "models: { gpt-5-nano: { latency: 1h } }"));
        client = MillraceClient.connect(pipeline.bootstrapServers());
    }

    @AfterAll
    static void close() {
        client.close();
        pipeline.close();
    }

    @Nested
    class ACall {
        @Test
        void returnsTheAnswerOfEachEndpoint() {
            List<Request> requests =
                    List.of(
                            Request.chatCompletion("auto").user("Where is it?").build(),
                            Request.response("gpt-4.1").input("Where is it?").build(),
                            Request.message("claude-sonnet-4.5", 50).user("Where is it?").build());

            for (Request request : requests) {
                Answer answer = client.call(request).join();

                assertThat(answer.text()).as(request.url()).contains("Where is it?");
                assertThat(answer.job().customId()).isEqualTo(request.customId());
                assertThat(answer.job().costUsd()).isPositive();
            }
        }

        @Test
        void returnsVectors() {
            Answer answer =
                    client.call(Request.embedding("text-embedding-3-small").input("a", "b").build())
                            .join();

            assertThat(answer.result().responseBody())
                    .asString(UTF_8)
                    .contains("\"index\":0", "\"index\":1");
        }

        @Test
        void getsItsOwnAnswerAmongMany() {
            List<CompletableFuture<Answer>> calls =
                    IntStream.range(0, 200)
                            .mapToObj(it -> Request.chatCompletion("gpt-4.1").user("Number " + it))
                            .map(it -> client.call(it.build()))
                            .toList();

            for (int i = 0; i < calls.size(); i++) {
                assertThat(calls.get(i).join().text()).contains("Number " + i);
            }
        }

        @Test
        void returnsAnErrorAsItsResult() {
            Answer answer =
                    client.call(Request.chatCompletion("no-such-model").user("Hi").build()).join();

            assertThat(answer.isSuccess()).isFalse();
            assertThat(answer.errorCode()).contains("unknown_model");
            assertThat(answer.errorMessage().orElseThrow()).contains("no-such-model");
        }

        @Test
        void isRejectedIfItRepeatsAnother() {
            Request request = Request.chatCompletion("gpt-4.1").user("Hi").build();
            var _ = client.call(request).join();

            assertThatThrownBy(() -> client.call(request).join())
                    .hasCauseInstanceOf(RejectedRequestException.class)
                    .hasMessageContaining("duplicate");
        }

        @Test
        void endsWithItsTimeout() {
            Request slow = Request.chatCompletion("gpt-5-nano").user("Hi").fallback().build();

            assertThatThrownBy(() -> client.call(slow, Duration.ofSeconds(2)).join())
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Nested
    class ASubmission {
        @Test
        void hasItsResultInTheTopic() throws InterruptedException {
            Request request = Request.chatCompletion("gpt-4.1").user("Hi").build();

            Accepted accepted = client.submit(request).join();

            assertThat(result(accepted).view().customId()).isEqualTo(request.customId());
        }

        private static Output.Result result(Accepted accepted) throws InterruptedException {
            try (var results = client.results(List.of(), OutputTopic.RESULTS)) {
                while (true) {
                    for (Received received : results.poll(Duration.ofSeconds(1))) {
                        if (received.output() instanceof Output.Result result
                                && result.view().jobId().equals(accepted.jobId().value())) {
                            return result;
                        }
                    }
                }
            }
        }
    }

    @Nested
    class WithoutAPipeline {
        @Test
        void callFailsWithTheReason() {
            var options = ClientOptions.of(pipeline.bootstrapServers()).withPrefix("other.");
            try (var other = MillraceClient.connect(options)) {
                assertThatThrownBy(
                                () ->
                                        other.call(Request.response("gpt-4.1").input("Hi").build())
                                                .join())
                        .hasMessageContaining("the topic other.dead-letters does not exist");
            }
        }
    }
}
