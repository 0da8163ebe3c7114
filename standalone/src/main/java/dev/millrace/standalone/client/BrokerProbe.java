package dev.millrace.standalone.client;

import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.console.UserError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Asks each address in {@code bootstrap.servers} whether it is Kafka, before a client connects. A
 * client takes the first four bytes of any answer for a length: the answer of a web server, "HTTP",
 * is 1.2 GB, which end the process with an OutOfMemoryError, or a wait for the rest.
 *
 * <p>Addresses that cannot be reached or stay silent are left to the client.
 */
public final class BrokerProbe {
    /** As {@code host:port}, {@code [address]:port} or {@code protocol://host:port}. */
    private static final Pattern ADDRESS =
            Pattern.compile("(?:\\w+://)?\\[?([^\\[\\]/]+?)]?:(\\d{1,5})");

    private static final int MAX_PORT = 65_535;

    private BrokerProbe() {}

    /**
     * Checks all addresses at once; takes a few milliseconds if they are brokers.
     *
     * @return the configuration
     * @throws UserError if one of them answers, but not as Kafka
     */
    public static KafkaConfig requireKafka(KafkaConfig kafka) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Optional<String>> found : threads.invokeAll(probes(kafka))) {
                Optional<String> problem = found.get();
                if (problem.isPresent()) {
                    throw UserError.failure(problem.get());
                }
            }
            return kafka;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure("interrupted");
        }
    }

    private static List<Callable<Optional<String>>> probes(KafkaConfig kafka) {
        Object protocol = KafkaClient.ADMIN.properties(kafka.properties()).get("security.protocol");
        boolean isTls = String.valueOf(protocol).toUpperCase(Locale.ROOT).endsWith("SSL");
        return Stream.of(kafka.bootstrapServers().split(","))
                .map(it -> ADDRESS.matcher(it.strip()))
                .filter(it -> it.matches() && Integer.parseInt(it.group(2)) <= MAX_PORT)
                .map(it -> new ServerProbe(it.group(1), Integer.parseInt(it.group(2)), isTls))
                .<Callable<Optional<String>>>map(it -> () -> problem(it))
                .toList();
    }

    private static Optional<String> problem(ServerProbe server) {
        return server.otherProtocol()
                .map(
                        it ->
                                "%s:%d answers %s, not Kafka. %s"
                                        .formatted(server.host(), server.port(), it, advice(it)));
    }

    private static String advice(String protocol) {
        return protocol.equals(ServerProbe.TLS)
                ? "If it is a broker, set security.protocol to SSL or SASL_SSL in the kafka block;"
                        + " otherwise correct bootstrap.servers"
                : "Set bootstrap.servers to the address of a broker";
    }
}
