package dev.millrace.testclusters.secured;

import dev.millrace.testclusters.FreePorts;
import dev.millrace.testclusters.Link;
import dev.millrace.testclusters.RestartableProcess;
import dev.millrace.testclusters.secured.ThreeBrokers.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Three brokers, each in its own process. Each broker has a listener for each service process,
 * whose advertised address is a {@link Link}, so that each connection can be harmed by itself. The
 * other brokers also reach a broker through its links.
 */
public final class LinkedBrokers implements AutoCloseable {
    private static final String INTERNAL = "INTERNAL";
    private static final List<String> PEER_LISTENERS = List.of(INTERNAL, ThreeBrokers.CONTROLLER);
    private static final int MAX_PARTITIONS = 6;

    /** Links to all nodes by listener. */
    private final Map<String, List<Link>> links = new LinkedHashMap<>();

    private final ThreeBrokers cluster;

    /** Starts all nodes; they may not be ready. */
    public LinkedBrokers(Path folder, List<String> clients) throws IOException {
        var listeners = new ArrayList<Map<String, Listener>>();
        for (int node = 0; node < ThreeBrokers.NODES; node++) {
            var own = new LinkedHashMap<String, Listener>();
            own.put(ThreeBrokers.CLIENTS, Listener.direct());
            for (String client :
                    Stream.concat(PEER_LISTENERS.stream(), clients.stream()).toList()) {
                int port = FreePorts.one();
                var link = new Link(client + "-broker" + node, port);
                links.computeIfAbsent(client, _ -> new ArrayList<>()).add(link);
                own.put(client.toUpperCase(Locale.ROOT), new Listener(port, link.port()));
            }
            listeners.add(own);
        }
        var properties = Map.of("inter.broker.listener.name", INTERNAL);
        cluster = new ThreeBrokers(folder, listeners, properties);
    }

    public List<RestartableProcess> nodes() {
        return cluster.nodes();
    }

    /** Returns the links of all clients to all nodes. */
    public List<Link> links() {
        return links.entrySet().stream()
                .filter(it -> !PEER_LISTENERS.contains(it.getKey()))
                .flatMap(it -> it.getValue().stream())
                .toList();
    }

    /** Returns the links of brokers to brokers and controllers, which each node shares. */
    public List<Link> peerLinks() {
        return PEER_LISTENERS.stream()
                .flatMap(it -> links.getOrDefault(it, List.of()).stream())
                .toList();
    }

    /** Returns the addresses without links. */
    public String servers() {
        return cluster.servers();
    }

    /** Returns the addresses through the links of a client. */
    public String servers(String client) {
        return cluster.servers(client.toUpperCase(Locale.ROOT));
    }

    /** Returns true if each replica is in sync. */
    public boolean isInSync() throws InterruptedException {
        try (var admin = admin()) {
            var topics = admin.listTopics().names().get();
            return admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(it -> it.partitions().stream())
                    .allMatch(it -> it.isr().size() == it.replicas().size());
        } catch (ExecutionException notReady) {
            return false;
        }
    }

    /** Adds a partition to each topic that has fewer than six. */
    public void addPartition(List<String> topics) throws IOException, InterruptedException {
        try (var admin = admin()) {
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

    /** Lets brokers date the records of a topic: the clocks of services can be wrong. */
    public void date(String topic) throws IOException, InterruptedException {
        var entry = new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        var set = List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET));
        try (var admin = admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), set))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("cannot change " + topic, e.getCause());
        }
    }

    /** Returns false if Kafka has not yet noticed that the members of a group have ended. */
    public boolean deleteOffsets(String group) throws InterruptedException {
        try (var admin = admin()) {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (ExecutionException notEmpty) {
            return false;
        }
    }

    /** Returns the partitions for which a group has committed an offset; none if unreachable. */
    public Set<TopicPartition> committed(String group) throws InterruptedException {
        try (var admin = admin()) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet();
        } catch (ExecutionException unreachable) {
            return Set.of();
        }
    }

    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers()));
    }

    @Override
    public void close() throws IOException {
        cluster.close();
        for (List<Link> each : links.values()) {
            for (Link link : each) {
                link.close();
            }
        }
    }
}
