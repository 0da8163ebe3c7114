package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that status reports why jobs of a real worker wait. */
class ReportedWaitsIT {
    private static final String MODEL = "deepseek-flash";
    private static final Latency ENDLESS = new Latency.Constant(Duration.ofHours(1));
    private static final int JOBS = 20;

    @TempDir private Path folder;

    private static StatusReader reader(JobCluster cluster) {
        return new StatusReader(
                new PipelineClient(
                        KafkaConfig.of(cluster.bootstrapServers()), cluster.topics().prefix()),
                cluster.config("w1"),
                InstantSource.system(),
                System::nanoTime);
    }

    private static void awaitWait(StatusReader reader, String text) {
        await().untilAsserted(
                        () -> {
                            List<String> texts =
                                    reader.readWaits().stream().map(Waiting::text).toList();
                            assertThat(texts).singleElement().asString().contains(text);
                        });
    }

    @Test
    void reasonChangesWithWhatHoldsTheJobsBack() {
        try (var cluster =
                new JobCluster(
                        folder.resolve("broker"),
                        JobCluster.simulated(ENDLESS),
                        "max_in_flight: 1")) {
            cluster.submit(MODEL, JOBS);
            StatusReader reader = reader(cluster);
            awaitWait(reader, MODEL + " waits: no_worker: no worker runs");

            Worker worker = PipelineServices.worker(cluster);
            try {
                awaitWait(reader, MODEL + " waits: slots: worker.max_in_flight: 1; ");

                cluster.write(new ControlKey.PauseModel(MODEL));
                awaitWait(reader, MODEL + " waits: pause: " + MODEL + ", since ");
            } finally {
                worker.stopNow();
            }
        }
    }
}
