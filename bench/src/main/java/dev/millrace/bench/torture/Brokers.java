package dev.millrace.bench.torture;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.ChildJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Three brokers, each in its own process. Each broker has a listener for each service process,
 * whose advertised address is a {@link Link}, so that each connection can be harmed by itself. The
 * other brokers also reach a broker through its links.
 */
final class Brokers implements AutoCloseable {
    static final int COUNT = 3;

    /** Listener without a link, for the load and the checker. */
    private static final String DIRECT = "DIRECT";

    private static final String INTERNAL = "INTERNAL";
    private static final String CONTROLLER = "CONTROLLER";
    private static final List<String> PEER_LISTENERS = List.of(INTERNAL, CONTROLLER);
    private static final int MAX_PARTITIONS = 6;
    private static final String MAX_BYTES = Integer.toString(40 << 20);

    /** Below the ports that systems give to outgoing connections. */
    private static final int FIRST_PORT = 10_000;

    private static int nextPort = FIRST_PORT + (int) (ProcessHandle.current().pid() % 1_000) * 20;

    private final WorkFolder folder;

    /** Ports of each node by listener. */
    private final List<Map<String, Integer>> ports = new ArrayList<>();

    /** Links to all nodes by listener. */
    private final Map<String, List<Link>> links = new LinkedHashMap<>();

    private final List<RestartableProcess> nodes = new ArrayList<>();

    /** Formats and starts all nodes; they may not be ready. */
    Brokers(WorkFolder folder, List<String> clients) throws IOException {
        this.folder = folder;
        for (int node = 0; node < COUNT; node++) {
            var own = new LinkedHashMap<String, Integer>();
            own.put(DIRECT, freePort());
            for (String client :
                    Stream.concat(PEER_LISTENERS.stream(), clients.stream()).toList()) {
                int port = freePort();
                own.put(listener(client), port);
                links.computeIfAbsent(listener(client), _ -> new ArrayList<>())
                        .add(new Link(client + "-broker" + node, port));
            }
            ports.add(own);
        }
        String cluster = Uuid.randomUuid().toString();
        for (int node = 0; node < COUNT; node++) {
            format(node, cluster);
            nodes.add(process(node));
        }
        for (RestartableProcess node : nodes) {
            node.start();
        }
    }

    List<RestartableProcess> nodes() {
        return nodes;
    }

    /** Returns the links of all clients to all nodes. */
    List<Link> links() {
        return links.entrySet().stream()
                .filter(it -> !PEER_LISTENERS.contains(it.getKey()))
                .flatMap(it -> it.getValue().stream())
                .toList();
    }

    /** Returns the links of brokers to brokers and controllers, which each node shares. */
    List<Link> peerLinks() {
        return PEER_LISTENERS.stream().flatMap(it -> linksOf(it).stream()).toList();
    }

    private List<Link> linksOf(String listener) {
        return links.getOrDefault(listener, List.of());
    }

    /** Returns the addresses without links. */
    String servers() {
        return addresses(node -> ports.get(node).getOrDefault(DIRECT, 0));
    }

    /** Returns the addresses through the links of a client. */
    String servers(String client) {
        return addresses(node -> linksOf(listener(client)).get(node).port());
    }

    /** Returns true if each replica is in sync. */
    boolean isInSync() throws InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            var topics = admin.listTopics().names().get();
            return admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(it -> it.partitions().stream())
                    .allMatch(it -> it.isr().size() == it.replicas().size());
        } catch (ExecutionException notReady) {
            return false;
        }
    }

    /** Adds a partition to each topic that has fewer than six. */
    void addPartition(List<String> topics) throws IOException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            for (var topic : admin.describeTopics(topics).allTopicNames().get().values()) {
                int count = topic.partitions().size();
                if (count < MAX_PARTITIONS) {
                    var more = NewPartitions.increaseTo(count + 1);
                    admin.createPartitions(Map.of(topic.name(), more)).all().get();
                }
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot add partitions to " + topics, e.getCause());
        }
    }

    private static String addresses(Function<Integer, Integer> port) {
        return IntStream.range(0, COUNT)
                .mapToObj(node -> "127.0.0.1:" + port.apply(node))
                .collect(Collectors.joining(","));
    }

    private static String listener(String client) {
        return client.toUpperCase(Locale.ROOT);
    }

    /** Returns a port of the loopback interface that is free now. */
    static synchronized int freePort() {
        while (true) {
            int port = nextPort++;
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException inUse) {
                // The next one is tried.
            }
        }
    }

    private RestartableProcess process(int node) throws IOException {
        String name = "broker" + node;
        Path file = folder.file(name + ".properties");
        try (var out = Files.newOutputStream(file)) {
            properties(node).store(out, null);
        }
        ProcessBuilder builder =
                ChildJvm.program(
                        folder,
                        name,
                        BrokerNode.class.getName(),
                        List.of("-Xmx384m"),
                        List.of(file.toString()));
        return new RestartableProcess(name, builder, folder.file(name + ".log"));
    }

    private Path data(int node) {
        return folder.file("broker" + node);
    }

    private void format(int node, String cluster) throws IOException {
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
            throw new IOException("cannot format broker " + node, e);
        }
    }

    private Properties properties(int node) {
        Map<String, Integer> own = ports.get(node);
        var properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(node));
        properties.put("log.dirs", data(node).toString());
        properties.put("listeners", joined(own, "%s://127.0.0.1:%d"));
        properties.put("advertised.listeners", joined(advertised(node), "%s://127.0.0.1:%d"));
        properties.put("listener.security.protocol.map", joined(own, "%s:PLAINTEXT"));
        properties.put("inter.broker.listener.name", INTERNAL);
        properties.put("controller.listener.names", CONTROLLER);
        properties.put(
                "controller.quorum.voters",
                IntStream.range(0, COUNT)
                        .mapToObj(it -> it + "@127.0.0.1:" + linksOf(CONTROLLER).get(it).port())
                        .collect(Collectors.joining(",")));
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "4");
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("message.max.bytes", MAX_BYTES);
        properties.put("replica.fetch.max.bytes", MAX_BYTES);
        properties.put("log.index.size.max.bytes", Integer.toString(1 << 20));
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        return properties;
    }

    private Map<String, Integer> advertised(int node) {
        var advertised = new LinkedHashMap<>(ports.get(node));
        links.forEach((listener, own) -> advertised.put(listener, own.get(node).port()));
        return advertised;
    }

    private static String joined(Map<String, Integer> ports, String format) {
        return ports.entrySet().stream()
                .map(it -> format.formatted(it.getKey(), it.getValue()))
                .collect(Collectors.joining(","));
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(RestartableProcess::kill);
        for (List<Link> each : links.values()) {
            for (Link link : each) {
                link.close();
            }
        }
    }
}
