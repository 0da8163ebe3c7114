package dev.millrace.testclusters.secured;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * Main class of a process with one node of a cluster. Runs until it is killed; SIGTERM shuts the
 * node down.
 */
public final class BrokerProgram {
    private BrokerProgram() {}

    /**
     * Starts the node.
     *
     * @param arguments the file with the properties of the node
     */
    public static void main(String[] arguments) throws IOException {
        var properties = new Properties();
        try (var file = Files.newInputStream(Path.of(arguments[0]))) {
            properties.load(file);
        }
        var server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
        server.startup();
        server.awaitShutdown();
    }
}
