package dev.millrace.testclusters.secured;

import dev.millrace.testclusters.FreePorts;
import dev.millrace.testclusters.JavaProcess;
import dev.millrace.testclusters.RestartableProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    /** Number of nodes. */
    public static final int NODES = 3;

    /** Name of the listener of the controllers. */
    public static final String CONTROLLER = "CONTROLLER";

    /** Name of the listener of {@link #servers()}. */
    public static final String CLIENTS = "CLIENTS";

    private final Path folder;
    private final List<Map<String, Listener>> listeners;
    private final List<RestartableProcess> nodes = new ArrayList<>();

    /**
     * A listener of a node.
     *
     * @param advertised the port that others connect to
     */
    public record Listener(int port, int advertised) {
        /** Returns a listener of a free port. */
        public static Listener direct() {
            int port = FreePorts.one();
            return new Listener(port, port);
        }
    }

    /** Starts a cluster, and returns when all nodes are registered. */
    public ThreeBrokers(Path folder) throws IOException {
        this(
                folder,
                Stream.generate(
                                () ->
                                        Map.of(
                                                CLIENTS,
                                                Listener.direct(),
                                                CONTROLLER,
                                                Listener.direct()))
                        .limit(NODES)
                        .toList(),
                // Shorter than Kafka's default of 9 s, so that tests take less time.
                Map.of("inter.broker.listener.name", CLIENTS, "broker.session.timeout.ms", "4000"));
        awaitNodes();
    }

    /**
     * Starts a cluster, which may not be ready.
     *
     * @param listeners by name, of each node
     * @param properties additional ones of all nodes
     */
    public ThreeBrokers(
            Path folder, List<Map<String, Listener>> listeners, Map<String, String> properties)
            throws IOException {
        this.folder = Files.createDirectories(folder);
        this.listeners = listeners;
        String cluster = Uuid.randomUuid().toString();
        for (int i = 0; i < NODES; i++) {
            format(i, cluster);
            nodes.add(node(i, properties));
        }
        RestartableProcess.startAll(nodes);
    }

    /** Returns the processes of all nodes. */
    public List<RestartableProcess> nodes() {
        return nodes;
    }

    private Path data(int node) {
        return folder.resolve("broker" + node);
    }

    /** Returns the advertised addresses of all nodes' listeners of a name, with their node ids. */
    private Stream<String> addresses(String listener) {
        return IntStream.range(0, NODES)
                .mapToObj(i -> i + "@127.0.0.1:" + listener(i, listener).advertised());
    }

    private Listener listener(int node, String name) {
        return Objects.requireNonNull(listeners.get(node).get(name));
    }

    /** Returns the addresses of all brokers. */
    public String servers() {
        return servers(CLIENTS);
    }

    /** Returns the addresses of all brokers' listeners of a name. */
    public String servers(String listener) {
        return addresses(listener)
                .map(it -> it.substring(it.indexOf('@') + 1))
                .collect(Collectors.joining(","));
    }

    /**
     * Kills a node as {@code kill -9} does, and waits for its end.
     *
     * @param node 0 to 2
     */
    public void kill(int node) {
        nodes.get(node).kill();
    }

    private void awaitNodes() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            Awaitility.await()
                    .ignoreException(ExecutionException.class)
                    .until(() -> admin.describeCluster().nodes().get().size() == NODES);
        }
    }

    private void format(int node, String cluster) {
        try (var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(node)
                    .setClusterId(cluster)
                    .addDirectory(data(node).toString())
                    .setMetadataLogDirectory(data(node).toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName(CONTROLLER)
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private RestartableProcess node(int node, Map<String, String> more) throws IOException {
        String name = "broker" + node;
        Path file = folder.resolve(name + ".properties");
        Properties properties = properties(node);
        properties.putAll(more);
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return new RestartableProcess(
                name,
                new ProcessBuilder(
                        JavaProcess.command("384m", BrokerProgram.class, file.toString())),
                log(node));
    }

    private Path log(int node) {
        return folder.resolve("broker" + node + ".log");
    }

    private Properties properties(int node) {
        var properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(node));
        properties.put("log.dirs", data(node).toString());
        properties.put("listeners", joined(node, "%1$s://127.0.0.1:%2$d"));
        properties.put("advertised.listeners", joined(node, "%1$s://127.0.0.1:%3$d"));
        properties.put("listener.security.protocol.map", joined(node, "%s:PLAINTEXT"));
        properties.put("controller.listener.names", CONTROLLER);
        properties.put(
                "controller.quorum.voters", addresses(CONTROLLER).collect(Collectors.joining(",")));
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.num.partitions", "3");
        properties.put("transaction.state.log.num.partitions", "3");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("message.max.bytes", Integer.toString(40 << 20));
        properties.put("replica.fetch.max.bytes", Integer.toString(40 << 20));
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        return properties;
    }

    /**
     * Returns a text for each listener of a node.
     *
     * @param format of the name, the port and the advertised port
     */
    private String joined(int node, String format) {
        return listeners.get(node).entrySet().stream()
                .map(
                        it ->
                                format.formatted(
                                        it.getKey(),
                                        it.getValue().port(),
                                        it.getValue().advertised()))
                .collect(Collectors.joining(","));
    }

    /** Returns the output of all nodes, for the message of a failed test. */
    @Override
    public String toString() {
        return IntStream.range(0, NODES)
                .mapToObj(
                        i -> {
                            try {
                                return Files.readString(log(i));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        nodes.forEach(RestartableProcess::kill);
    }
}
