package dev.millrace.testkit;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.cluster.TopicAdmin;
import dev.millrace.standalone.cluster.TopicApplyResult;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Router, worker, sink and a simulated provider in a container of Millrace's image, on the Kafka of
 * another container. Creates the topics. Both containers must be in one network, and Kafka needs a
 * listener in it:
 *
 * <pre>{@code
 * var kafka = new KafkaContainer("apache/kafka:4.2.2")
 *         .withNetwork(network)
 *         .withListener("kafka:19092");
 * var millrace = new MillraceContainer("millrace:latest", kafka, "kafka:19092")
 *         .withNetwork(network);
 * }</pre>
 *
 * <p>Needs Testcontainers and its Kafka module, which the testkit does not bring along.
 */
public final class MillraceContainer extends GenericContainer<MillraceContainer> {
    private static final String CONFIG_FILE = "/var/lib/millrace/millrace.yaml";
    private static final String TOPICS = "topics: { partitions: 4, replication_factor: 1 }\n";

    private final KafkaContainer kafka;
    private final String kafkaAddress;
    private String simulator = "{}";

    /**
     * @param image name and tag of Millrace's image
     * @param kafka is started first, if it does not run
     * @param kafkaAddress address of Kafka in the network, as {@code host:port}
     */
    public MillraceContainer(String image, KafkaContainer kafka, String kafkaAddress) {
        super(DockerImageName.parse(image));
        this.kafka = kafka;
        this.kafkaAddress = kafkaAddress;
        dependsOn(kafka);
        withCommand("up", "--simulate", "--only", "simulator,router,worker,sink");
        waitingFor(
                Wait.forLogMessage(".*running simulator, router, worker, sink.*", 1)
                        .withStartupTimeout(Duration.ofMinutes(3)));
    }

    /**
     * Sets the behaviour of the simulated provider.
     *
     * @param yaml settings of the simulator on one line, in YAML's flow style or JSON
     */
    public MillraceContainer withSimulator(String yaml) {
        simulator = yaml;
        return this;
    }

    /** Creates the topics, and writes the configuration, when the container is created. */
    @Override
    protected void configure() {
        MillraceConfig config = config(kafka.getBootstrapServers());
        var client = Map.<String, Object>of("bootstrap.servers", kafka.getBootstrapServers());
        try (var admin = Admin.create(client)) {
            TopicApplyResult applied = new TopicAdmin(admin).apply(TopicPlan.of(config));
            if (!applied.refused().isEmpty()) {
                throw new IllegalStateException(
                        "topics exist with other settings: " + applied.refused());
            }
        }
        withCopyToContainer(Transferable.of(yaml()), CONFIG_FILE);
    }

    private String yaml() {
        return """
        kafka: { bootstrap.servers: "%s" }
        %sproviders: { simulator: { wire: openai, simulator: %s } }
        """
                .formatted(kafkaAddress, TOPICS, simulator);
    }

    private static MillraceConfig config(String bootstrapServers) {
        return new ConfigLoader(Map.of())
                .withoutKeys()
                .parse("the container's configuration", TOPICS)
                .withSimulator()
                .withKafka(KafkaConfig.of(bootstrapServers));
    }

    /** Returns a client of this pipeline, for the process of the test. */
    public TestBatches batches() {
        TopicsConfig topics = config(kafka.getBootstrapServers()).topics();
        return new TestBatches(kafka.getBootstrapServers(), topics);
    }
}
