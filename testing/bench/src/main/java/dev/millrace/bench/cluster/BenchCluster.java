package dev.millrace.bench.cluster;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.standalone.cluster.TopicAdmin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** An embedded broker in a separate process, and its topics. */
public final class BenchCluster implements AutoCloseable {
    private final ChildProcess broker;
    private final Admin admin;

    private BenchCluster(ChildProcess broker) {
        this.broker = broker;
        this.admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.ready()));
    }

    /**
     * Starts an empty broker.
     *
     * @throws IOException when the broker does not start
     */
    public static BenchCluster start(WorkFolder folder) throws IOException {
        return new BenchCluster(
                ChildProcess.program(
                        folder,
                        "broker",
                        BrokerProgram.class,
                        List.of(),
                        List.of(folder.file("broker").toString())));
    }

    /**
     * Creates the topics of a pipeline.
     *
     * @param owners contenders that need their own results topic
     */
    public BenchPipeline create(String prefix, int partitions, List<String> owners) {
        var pipeline = new BenchPipeline(broker.ready(), prefix, partitions);
        List<TopicSpec> specs = new ArrayList<>(TopicPlan.of(pipeline.config()));
        TopicSpec results =
                specs.stream()
                        .filter(it -> it.name().equals(pipeline.results("")))
                        .findFirst()
                        .orElseThrow();
        owners.forEach(
                owner ->
                        specs.add(
                                new TopicSpec(
                                        pipeline.results(owner),
                                        results.partitions(),
                                        results.replicationFactor(),
                                        results.configs(),
                                        TopicSpec.Growth.KEYED)));
        new TopicAdmin(admin).apply(specs);
        return pipeline;
    }

    /**
     * Returns the number of a pipeline's workers that have partitions.
     *
     * @throws IOException when the request fails
     */
    public int workersWithPartitions(BenchPipeline pipeline)
            throws IOException, InterruptedException {
        String group = pipeline.workerGroup();
        try {
            return (int)
                    admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                            .flatMap(it -> it.members().stream())
                            .filter(it -> !it.assignment().topicPartitions().isEmpty())
                            .count();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw new IOException("cannot describe the group", e.getCause());
        }
    }

    /**
     * Deletes all topics of a pipeline.
     *
     * @throws IOException when the request fails
     */
    public void delete(BenchPipeline pipeline) throws IOException, InterruptedException {
        try {
            Set<String> names = new HashSet<>(admin.listTopics().names().get());
            names.removeIf(name -> !name.startsWith(pipeline.prefix()));
            admin.deleteTopics(names).all().get();
        } catch (ExecutionException e) {
            throw new IOException("cannot delete the topics", e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
