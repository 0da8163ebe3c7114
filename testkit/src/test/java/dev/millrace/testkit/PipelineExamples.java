package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The examples in {@code docs/testkit.md}, between the comments. */
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
}
