package dev.millrace.standalone.control;

import dev.millrace.contracts.config.KafkaClient;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlFollower;
import dev.millrace.control.ControlWriter;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.console.UserError;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The cluster whose pipeline is steered.
 *
 * @param kafka how to reach it
 * @param prefix what the names of our topics begin with
 */
public record ControlledCluster(KafkaConfig kafka, String prefix) {
    private static final int CONNECT_MILLIS = 20_000;

    /** The names of the pipeline's topics. */
    public Topics topics() {
        return new Topics(prefix);
    }

    /**
     * What control says.
     *
     * @throws UserError when it cannot be asked
     */
    public ControlState read() {
        return ask(() -> ControlFollower.read(kafka.properties(), prefix));
    }

    /**
     * Decides on what control says, and writes; nobody else writes in between.
     *
     * @param chance spreads the attempts of writers that meet
     * @throws UserError when it cannot be written
     */
    public <T> T write(RandomGenerator chance, Function<ControlState, Change<T>> decide) {
        return ask(() -> ControlWriter.of(kafka.properties(), prefix, chance).write(decide));
    }

    /**
     * A consumer without a group that sees committed records only.
     *
     * @param offsetReset where it goes on when its place is there no more: {@code earliest} or
     *     {@code latest}
     */
    public KafkaConsumer<byte[], byte[]> consumer(String offsetReset) {
        var properties = KafkaClient.CONSUMER.properties(kafka.properties());
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, offsetReset);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Asks the cluster about itself; closed by the caller. */
    public Admin admin() {
        var properties = KafkaClient.ADMIN.properties(kafka.properties());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        return Admin.create(properties);
    }

    /**
     * Asks something of the cluster.
     *
     * @throws UserError with the reason when it does not answer
     */
    public <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (TimeoutException e) {
            throw UserError.failure("The cluster " + servers() + " does not answer");
        } catch (UnknownTopicOrPartitionException e) {
            throw UserError.failure(
                    "There is no topic "
                            + topics().control()
                            + " on "
                            + servers()
                            + ": has the pipeline another --prefix, or have its topics not been"
                            + " made (\"millrace topics apply\")?");
        } catch (KafkaException e) {
            throw UserError.failure("The cluster " + servers() + " refuses: " + e.getMessage());
        }
    }

    private String servers() {
        return kafka.bootstrapServers();
    }
}
