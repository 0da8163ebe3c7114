package dev.millrace.bench.cluster;

import dev.millrace.bench.process.Child;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.contracts.topic.TopicPlan;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.standalone.topics.TopicAdmin;
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

/** An embedded broker in a process of its own, and its topics. */
public final class Cluster implements AutoCloseable {
    private final Child broker;
    private final Admin admin;

    private Cluster(Child broker) {
        this.broker = broker;
        this.admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.ready()));
    }

    /**
     * Starts an empty one.
     *
     * @throws IOException when it does not start
     */
    public static Cluster start(WorkFolder folder) throws IOException {
        return new Cluster(
                Child.start(
                        folder,
                        "broker",
                        BrokerProgram.class,
                        List.of(),
                        List.of(folder.file("broker").toString())));
    }

    /**
     * Makes the topics of a pipeline.
     *
     * @param owners those who need a results topic beside that of Millrace
     */
    public Pipeline create(String prefix, int partitions, List<String> owners) {
        var pipeline = new Pipeline(broker.ready(), prefix, partitions);
        List<TopicSpec> plan =
                new ArrayList<>(TopicPlan.of(pipeline.config(1, Pipeline.NO_PROVIDER)));
        TopicSpec results =
                plan.stream()
                        .filter(it -> it.name().equals(pipeline.results("")))
                        .findFirst()
                        .orElseThrow();
        owners.forEach(
                owner ->
                        plan.add(
                                new TopicSpec(
                                        pipeline.results(owner),
                                        results.partitions(),
                                        results.replicationFactor(),
                                        results.configs(),
                                        false)));
        new TopicAdmin(admin).apply(plan);
        return pipeline;
    }

    /**
     * Returns how many workers of a pipeline have partitions.
     *
     * @throws IOException when the broker refuses
     */
    public int workers(Pipeline pipeline) throws IOException, InterruptedException {
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
            throw new IOException("the group was not described", e.getCause());
        }
    }

    /**
     * Deletes all topics of a pipeline.
     *
     * @throws IOException when the broker refuses
     */
    public void delete(Pipeline pipeline) throws IOException, InterruptedException {
        try {
            Set<String> names = new HashSet<>(admin.listTopics().names().get());
            names.removeIf(name -> !name.startsWith(pipeline.prefix()));
            admin.deleteTopics(names).all().get();
        } catch (ExecutionException e) {
            throw new IOException("topics were not deleted", e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
