package dev.millrace.gateway.job;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.serving.RunningServices;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka which services run. Thread-safe. */
public final class KafkaServices implements ServiceWatch.Source, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaServices.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Admin admin;
    private final Topics topics;
    private final Catalog catalog;

    private KafkaServices(Admin admin, Topics topics, Catalog catalog) {
        this.admin = admin;
        this.topics = topics;
        this.catalog = catalog;
    }

    /**
     * Connects to a cluster.
     *
     * @param kafka client properties from the configuration
     */
    public static KafkaServices open(Map<String, String> kafka, Topics topics, Catalog catalog) {
        return new KafkaServices(
                Admin.create(KafkaClient.ADMIN.properties(kafka)), topics, catalog);
    }

    @Override
    public Optional<RunningServices> read() {
        return await(RunningServices.read(admin, topics, catalog));
    }

    /** Returns the answer; empty without one, such as for a missing right or topic. */
    private static <T> Optional<T> await(Future<T> answer) {
        try {
            return Optional.of(answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Kafka does not tell which services run");
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
