package dev.millrace.testclusters.secured;

import dev.millrace.testclusters.JavaProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.awaitility.Awaitility;

/**
 * A cluster of three nodes, each in its own process, which can be killed. Internal topics have
 * three replicas, of which two must be in sync. Used by one thread.
 */
public final class ThreeBrokers implements AutoCloseable {
    private static final int NODES = 3;

    private final Path folder;
    private final Map<String, Integer> ports =
            FreePorts.of(
                    IntStream.range(0, NODES)
                            .boxed()
                            .flatMap(i -> List.of("clients" + i, "controller" + i).stream())
                            .toList());
    private final List<Process> nodes = new ArrayList<>();

    /** Starts the cluster, and returns when all nodes are registered. */
    public ThreeBrokers(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        String cluster = Uuid.randomUuid().toString();
        for (int i = 0; i < NODES; i++) {
            format(i, cluster);
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(i));
        }
        awaitNodes();
    }

    /** Returns the addresses of all brokers. */
    public String servers() {
        return IntStream.range(0, NODES)
                .mapToObj(i -> "127.0.0.1:" + ports.get("clients" + i))
                .collect(Collectors.joining(","));
    }

    /**
     * Kills a node as {@code kill -9} does, and waits for its end.
     *
     * @param node 0 to 2
     */
    public void kill(int node) {
        nodes.get(node).destroyForcibly().onExit().join();
    }

    private void awaitNodes() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            Awaitility.await()
                    .ignoreException(ExecutionException.class)
                    .until(() -> admin.describeCluster().nodes().get().size() == NODES);
        }
    }

    private Path log(int node) {
        return folder.resolve("node" + node);
    }

    private void format(int node, String cluster) {
        try (var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(node)
                    .setClusterId(cluster)
                    .addDirectory(log(node).toString())
                    .setMetadataLogDirectory(log(node).toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName("CONTROLLER")
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Process start(int node) throws IOException {
        Path file = folder.resolve("node" + node + ".properties");
        try (var out = Files.newOutputStream(file)) {
            properties(node).store(out, null);
        }
        return new ProcessBuilder(JavaProcess.command("320m", BrokerProgram.class, file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(folder.resolve("node" + node + ".log").toFile()))
                .start();
    }

    private Properties properties(int node) {
        var properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(node));
        properties.put("log.dirs", log(node).toString());
        properties.put(
                "listeners",
                "CLIENTS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(ports.get("clients" + node), ports.get("controller" + node)));
        properties.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "CLIENTS");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put(
                "controller.quorum.voters",
                IntStream.range(0, NODES)
                        .mapToObj(i -> i + "@127.0.0.1:" + ports.get("controller" + i))
                        .collect(Collectors.joining(",")));
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.num.partitions", "3");
        properties.put("transaction.state.log.num.partitions", "3");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("message.max.bytes", Integer.toString(40 << 20));
        properties.put("replica.fetch.max.bytes", Integer.toString(40 << 20));
        // Shorter than Kafka's default of 9 s, so that the test takes less time.
        properties.put("broker.session.timeout.ms", "4000");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        return properties;
    }

    /** Returns the output of all nodes, for the message of a failed test. */
    @Override
    public String toString() {
        return IntStream.range(0, NODES)
                .mapToObj(
                        i -> {
                            try {
                                return Files.readString(folder.resolve("node" + i + ".log"));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        for (int i = 0; i < nodes.size(); i++) {
            kill(i);
        }
    }
}
