package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose worker has lost its committed offsets. */
@Tag("long")
class StoppedPartitionIT {
    private static final String GROUP = "millrace.worker";

    @TempDir private Path folder;

    @Test
    void stalledRunEndsWithAdviceAndAcceptResendResumesThePartition() throws Exception {
        try (var provider = CountedProvider.answeringAfter(Duration.ofMillis(5))) {
            provider.configure(folder, 50);
            var launcher = new Launcher(folder);
            launcher.run("run", job("one")).exitsWith(0);
            deleteTheWorkersOffsets();

            Finished stopped = launcher.run("run", job("two")).exitsWith(1);

            assertThat(stopped.err())
                    .contains("is stopped: its committed offset was lost")
                    .contains("1 jobs have no outcome, and the run is stalled")
                    .contains("millrace up --accept-resend --data-dir")
                    .contains("--fresh");
            assertThat(provider.calls().calls()).isEqualTo(1);

            Running up = launcher.start("up", "--accept-resend", "--metrics", "127.0.0.1:0");
            await().until(() -> provider.calls().billed() >= 2 || !up.isAlive());
            up.terminate();
            up.await().exitsWith(0);
            launcher.run("run", job("two")).exitsWith(0);
        }
    }

    private Path job(String name) throws IOException {
        Path file = folder.resolve(name + ".jsonl");
        return Files.writeString(
                file,
                """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"qwen-turbo","messages":[{"role":"user","content":"Hello"}]}}
                """
                        .formatted(name));
    }

    private void deleteTheWorkersOffsets() throws ExecutionException, InterruptedException {
        Path stored = folder.resolve(".millrace").resolve("broker");
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(stored));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var committed =
                    admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
            assertThat(committed).isNotEmpty();
            admin.deleteConsumerGroupOffsets(GROUP, committed.keySet()).all().get();
        }
    }
}
