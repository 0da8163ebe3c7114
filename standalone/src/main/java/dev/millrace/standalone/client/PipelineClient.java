package dev.millrace.standalone.client;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.BrokerClock;
import dev.millrace.control.ControlFollower;
import dev.millrace.control.ControlWriter;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.UserError;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A client of a running pipeline: reads and writes its control topic, and opens Kafka clients.
 *
 * @param kafka the client properties of the cluster
 * @param prefix prefix of the pipeline's topic and group names
 */
public record PipelineClient(KafkaConfig kafka, String prefix) {
    private static final int CONNECT_MILLIS = 20_000;

    /** Returns a client of the pipeline with a configuration, which has a {@code kafka} block. */
    public static PipelineClient of(MillraceConfig config) {
        return new PipelineClient(config.kafka().orElseThrow(), config.topics().prefix());
    }

    /** Returns the names of the pipeline's topics. */
    public Topics topics() {
        return new Topics(prefix);
    }

    /**
     * Reads the control state.
     *
     * @throws UserError when the control topic cannot be read
     */
    public ControlState read() {
        return call(() -> ControlFollower.read(kafka.properties(), prefix));
    }

    /**
     * Reads the control state, decides on a change and writes it. No other writer can write in
     * between.
     *
     * @param random adds jitter to the retries of concurrent writers
     * @throws UserError when the control topic cannot be written
     */
    public <T> T write(RandomGenerator random, Function<ControlState, Change<T>> decide) {
        return call(() -> ControlWriter.of(kafka.properties(), prefix, random).write(decide));
    }

    /**
     * Returns the brokers' time, for a command that compares it with times of requests, or which
     * other machines compare with theirs.
     *
     * @throws UserError when the control topic cannot be written or keeps the times of clients
     */
    public Instant brokerTime() {
        return call(() -> BrokerClock.read(kafka.properties(), prefix));
    }

    /**
     * Creates a consumer without a group that reads committed records only. The caller closes it.
     *
     * @param offsetReset the reset policy for a deleted offset: {@code earliest} or {@code latest}
     */
    public KafkaConsumer<byte[], byte[]> consumer(String offsetReset) {
        return consumer(offsetReset, Map.of());
    }

    /**
     * Creates a consumer as {@link #consumer(String)} does, with additional properties, such as
     * fetch sizes.
     */
    public KafkaConsumer<byte[], byte[]> consumer(
            String offsetReset, Map<String, Object> furtherProperties) {
        var properties = KafkaClient.CONSUMER.properties(kafka.properties());
        properties.putAll(furtherProperties);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, offsetReset);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Creates an admin client, which the caller closes. */
    public Admin admin() {
        var properties = KafkaClient.ADMIN.properties(kafka.properties());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        return Admin.create(properties);
    }

    /**
     * Runs a call to the cluster and converts its Kafka failures for the user.
     *
     * @throws UserError when the cluster does not answer or rejects the call
     */
    public <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (TimeoutException e) {
            throw UserError.failure("The cluster " + servers() + " does not answer");
        } catch (UnknownTopicOrPartitionException e) {
            throw UserError.failure(
                    "There is no topic "
                            + topics().control()
                            + " on "
                            + servers()
                            + ". Check --prefix, or create the topics with \"millrace topics"
                            + " apply\"");
        } catch (InvalidConfigurationException e) {
            throw UserError.failure(String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            throw UserError.failure(
                    "The cluster "
                            + servers()
                            + " rejected the request: "
                            + KafkaFailure.describe(e));
        }
    }

    private String servers() {
        return kafka.bootstrapServers();
    }
}
