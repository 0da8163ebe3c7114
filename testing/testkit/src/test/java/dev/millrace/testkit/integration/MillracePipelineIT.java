package dev.millrace.testkit.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import dev.millrace.testkit.BatchOutcomes;
import dev.millrace.testkit.MillracePipeline;
import dev.millrace.testkit.PipelineOptions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MillracePipelineIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    private static String line(String customId, String model) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","messages":[{"role":"user","content":"Where is my parcel?"}],"max_tokens":20}}
        """
                .formatted(customId, model);
    }

    @Nested
    class WithTheDefaults {
        @Test
        void everyLineEndsOnceAndIsBilledOnce() throws InterruptedException {
            try (var pipeline = MillracePipeline.start()) {
                int lines =
                        pipeline.batches()
                                .submit(
                                        "b",
                                        line("a", "gpt-4.1") + line("a", "gpt-4.1") + "not JSON\n");

                BatchOutcomes outcomes = pipeline.batches().awaitOutcomes("b", lines, LONG);

                assertThat(outcomes.deadLetters())
                        .extracting(it -> it.letter().reason())
                        .containsExactlyInAnyOrder("duplicate", "malformed_request");
                assertThat(outcomes.result("a").responseBody())
                        .asString(UTF_8)
                        .contains("chat.completion");
                assertThat(pipeline.simulator().ledger().summary().billed()).isEqualTo(1);
                assertThat(costs(pipeline))
                        .extracting(it -> it.event().costUsd())
                        .containsExactly(outcomes.result("a").view().costUsd());
            }
        }

        private static List<Output.Cost> costs(MillracePipeline pipeline)
                throws InterruptedException {
            var costs = new ArrayList<Output.Cost>();
            try (var consumer =
                    MillraceConsumer.at(
                            pipeline.batches().consumerSettings(OutputTopic.COSTS), List.of())) {
                while (costs.isEmpty()) {
                    for (Received received : consumer.poll(Duration.ofMillis(50))) {
                        costs.add((Output.Cost) received.output());
                    }
                }
            }
            return costs;
        }
    }

    @Nested
    class WithOptions {
        @Test
        void failuresOfTheProviderReachTheResult() throws InterruptedException {
            var options =
                    PipelineOptions.DEFAULT.withSimulator(
                            "models: { '*': { failures: { context_length_exceeded: 1 } } }");
            try (var pipeline = MillracePipeline.start(options)) {
                pipeline.batches().submit("b", line("a", "gpt-4.1"));

                Output.Result result = pipeline.batches().awaitOutcomes("b", 1, LONG).result("a");

                assertThat(result.isSuccess()).isFalse();
                assertThat(result.view().errorCode()).isEqualTo("context_length_exceeded");
                assertThat(result.view().costUsd()).isEqualByComparingTo(BigDecimal.ZERO);
            }
        }

        @Test
        void linesThatHaveNotEndedAreReported() {
            var slow = PipelineOptions.DEFAULT.withSimulator("models: { '*': { latency: 1h } }");
            var impatient = Duration.ofMillis(1);
            try (var pipeline = MillracePipeline.start(slow)) {
                assertThatThrownBy(() -> pipeline.batches().awaitOutcomes("b", 1, impatient))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("0 of 1 lines of batch b");
            }
        }
    }
}
