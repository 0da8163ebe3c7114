package dev.millrace.standalone.cli;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlFollower;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.TestInfo;

/** A broker with a pipeline for each test, on which commands run. */
public final class CommandCluster implements AutoCloseable {
    private final EmbeddedBroker broker;

    public CommandCluster(Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
    }

    /** Creates the control topic of a test, whose name is the prefix. */
    public Pipeline pipeline(TestInfo test) throws Exception {
        var pipeline =
                new Pipeline(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        test.getTestMethod().orElseThrow().getName() + ".");
        pipeline.createTopic("control");
        return pipeline;
    }

    /**
     * The topics with one prefix.
     *
     * @param kafka properties of clients
     */
    public record Pipeline(Map<String, String> kafka, String prefix) {
        /** Creates a topic with one partition. */
        public void createTopic(String name) throws Exception {
            try (var admin = Admin.create(Map.copyOf(kafka))) {
                var topic =
                        new NewTopic(prefix + name, 1, (short) 1)
                                .configs(Map.of("message.timestamp.type", "LogAppendTime"));
                admin.createTopics(List.of(topic)).all().get();
            }
        }

        /** Gives the control topic the times of its clients, as earlier versions did. */
        public void dateControlByClients() throws Exception {
            try (var admin = Admin.create(Map.copyOf(kafka))) {
                var type = new ConfigEntry("message.timestamp.type", "CreateTime");
                admin.incrementalAlterConfigs(
                                Map.of(
                                        new ConfigResource(
                                                ConfigResource.Type.TOPIC, prefix + "control"),
                                        List.of(new AlterConfigOp(type, AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
            }
        }

        /** Runs a command on the pipeline; returns its exit code. */
        public int run(String... words) {
            var options =
                    Stream.of(
                            "--bootstrap-server",
                            String.valueOf(kafka.get("bootstrap.servers")),
                            "--prefix",
                            prefix);
            return Commands.execute(
                    Stream.concat(Arrays.stream(words), options).toArray(String[]::new));
        }

        /** Returns the records of the control topic. */
        public ControlState control() {
            return ControlFollower.read(kafka, prefix);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
