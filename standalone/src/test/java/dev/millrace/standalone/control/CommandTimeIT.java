package dev.millrace.standalone.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.cli.CommandCluster;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.TopicEndReader;
import dev.millrace.standalone.console.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose time is compared have the time of the broker, not of their machine. */
class CommandTimeIT {
    private static CommandCluster cluster;
    private CommandCluster.Pipeline pipeline;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = new CommandCluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void createPipeline(TestInfo test) throws Exception {
        pipeline = cluster.pipeline(test);
    }

    private void run(int exitCode, String... words) {
        assertThat(pipeline.run(words)).isEqualTo(exitCode);
    }

    private String onlyKey() {
        return pipeline.control().apiKeys().keySet().iterator().next();
    }

    /** Returns the times that the broker gave to the records that ask for them. */
    private List<Instant> brokerTimes() {
        var times = new ArrayList<Instant>();
        var client = new PipelineClient(new KafkaConfig(pipeline.kafka()), pipeline.prefix());
        try (var consumer = client.consumer("earliest")) {
            var reader = new TopicEndReader(consumer, System::nanoTime);
            var partitions = reader.partitions(client.topics().control());
            consumer.assign(partitions);
            reader.read(
                    partitions,
                    it -> {
                        if (new String(it.key(), UTF_8).equals("clock")) {
                            times.add(Instant.ofEpochMilli(it.timestamp()));
                        }
                    });
        }
        return times;
    }

    @Test
    void cancellationHasTheTimeOfTheBroker() {
        run(ExitCode.OK, "cancel", "--batch=b", "--running");

        OperatorCommand command =
                pipeline.control().cancellations().get(new ControlKey.CancelBatch("default", "b"));
        assertThat(command).isNotNull();
        assertThat(brokerTimes()).containsExactly(command.at());
        assertThat(command.runningAt()).contains(command.at());
    }

    @Test
    void pauseEndsByTheClockOfTheBroker() {
        run(ExitCode.OK, "pause", "--all", "--for=1h");

        OperatorCommand command = pipeline.control().commands().values().iterator().next();
        assertThat(brokerTimes())
                .containsExactly(command.expires().orElseThrow().minus(Duration.ofHours(1)));
    }

    @Test
    void onlyCommandsThatCompareTimesNeedTheTimesOfBrokers() throws Exception {
        pipeline.dateControlByClients();

        run(ExitCode.OK, "keys", "create", "--name=ci");
        String id = onlyKey();
        run(ExitCode.OK, "keys", "rotate", id);
        run(ExitCode.OK, "keys", "revoke", id);
        run(ExitCode.OK, "keys", "delete", id, "--yes");
        run(ExitCode.OK, "keys", "create", "--name=other");
        run(ExitCode.OK, "pause", "--all");
        run(ExitCode.OK, "resume", "--all");

        run(ExitCode.FAILURE, "keys", "create", "--name=c", "--expires-in=1d");
        run(ExitCode.FAILURE, "keys", "rotate", onlyKey(), "--overlap=1h");
        run(ExitCode.FAILURE, "pause", "--all", "--for=1h");
        run(ExitCode.FAILURE, "cancel", "--batch=b");
        assertThat(pipeline.control().cancellations()).isEmpty();
    }
}
