package dev.millrace.standalone.control;

import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.control.ControlFollower;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlWriter;
import dev.millrace.contracts.control.ControlWriter.Change;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.console.UserError;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The cluster whose pipeline is steered.
 *
 * @param kafka how to reach it
 * @param prefix what the names of our topics begin with
 */
public record ControlledCluster(KafkaConfig kafka, String prefix) {
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
     * Asks something of the cluster.
     *
     * @throws UserError with the reason when it does not answer
     */
    <T> T ask(Supplier<T> question) {
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
