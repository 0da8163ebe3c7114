package dev.millrace.testkit.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.BatchOutcomes;
import dev.millrace.testkit.MillraceContainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

@Tag("containers")
class MillraceContainerIT {
    private static final String LINE =
            """
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4.1","messages":[{"role":"user","content":"Where is my parcel?"}]}}
            """;

    @Test
    void aBatchOfTheTestEndsInTheContainer() throws InterruptedException {
        OfficialImages.requireImage(OfficialImages.MILLRACE_IMAGE);
        OfficialImages.requireImage(OfficialImages.KAFKA_IMAGE);
        try (var network = Network.newNetwork();
                var kafka =
                        OfficialImages.newKafka().withNetwork(network).withListener("kafka:19092");
                var millrace =
                        new MillraceContainer(OfficialImages.MILLRACE_IMAGE, kafka, "kafka:19092")
                                .withSimulator("{ models: { '*': { latency: 20ms } } }")
                                .withNetwork(network)) {
            millrace.start();
            int lines = millrace.batches().submit("b", LINE + LINE);

            BatchOutcomes outcomes = millrace.batches().awaitOutcomes("b", lines);

            assertThat(outcomes.result("a").isSuccess()).isTrue();
            assertThat(outcomes.deadLetters()).hasSize(1);
        }
    }
}
