package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;

/** The examples in {@code docs/libraries.md}, between the comments. */
final class PipelineExamples {
    private PipelineExamples() {}

    static void run(Path batchFile) throws IOException, InterruptedException {
        // begin
        var options =
                PipelineOptions.DEFAULT.withSimulator(
                        "models: { '*': { latency: 20ms, failures: { server_error: 0.05 } } }");
        try (var pipeline = MillracePipeline.start(options)) {
            TestBatches batches = pipeline.batches();
            int lines = batches.submit("monday", Files.readString(batchFile));

            BatchOutcomes outcomes = batches.awaitOutcomes("monday", lines);

            System.out.println(outcomes.results().size() + " results");
            long billed = pipeline.simulator().ledger().summary().billed();
            System.out.println(billed + " calls were billed");
        }
        // end
    }

    static void runContainers(String batchFile) throws InterruptedException {
        // begin
        try (var network = Network.newNetwork();
                var kafka =
                        new KafkaContainer("apache/kafka:4.2.2")
                                .withNetwork(network)
                                .withListener("kafka:19092");
                var millrace =
                        new MillraceContainer("millrace:latest", kafka, "kafka:19092")
                                .withSimulator("{ models: { '*': { latency: 20ms } } }")
                                .withNetwork(network)) {
            millrace.start();
            int lines = millrace.batches().submit("monday", batchFile);

            BatchOutcomes outcomes = millrace.batches().awaitOutcomes("monday", lines);

            System.out.println(outcomes.results().size() + " results");
        }
        // end
    }
}
