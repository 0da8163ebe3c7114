package dev.millrace.client;

import dev.millrace.client.request.Request;
import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.consumer.Position;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.job.JobId;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.Published;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Submits requests, calls models, and reads results. Thread-safe; a program needs one client.
 *
 * <p>A client connects on first use. The first call starts a thread that reads the results topic
 * for all calls of the client; it stops reading after 30 s without a waiting call.
 */
public final class MillraceClient implements AutoCloseable {
    private final ClientOptions options;
    private final MillraceProducer producer;
    private final ReplyReader replies;
    private final InstantSource clock;

    MillraceClient(
            ClientOptions options,
            MillraceProducer producer,
            ReplyReader replies,
            InstantSource clock) {
        this.options = options;
        this.producer = producer;
        this.replies = replies;
        this.clock = clock;
    }

    /**
     * Creates a client of a pipeline with default names and sizes.
     *
     * @param bootstrapServers brokers, as {@code host:port,host:port}
     */
    public static MillraceClient connect(String bootstrapServers) {
        return connect(ClientOptions.of(bootstrapServers));
    }

    /**
     * Creates a client.
     *
     * @throws org.apache.kafka.common.KafkaException if no client can have the properties
     */
    public static MillraceClient connect(ClientOptions options) {
        ConsumerSettings reading = options.replies();
        return new MillraceClient(
                options,
                MillraceProducer.open(options.producer()),
                new ReplyReader(() -> new KafkaReplies(MillraceConsumer.at(reading, List.of()))),
                InstantSource.system());
    }

    /** Reads replies from Kafka. */
    private record KafkaReplies(MillraceConsumer consumer) implements ReplyReader.Replies {
        @Override
        public List<Received> poll(Duration timeout, Predicate<byte[]> wanted)
                throws InterruptedException {
            return consumer.poll(timeout, wanted);
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    /**
     * Submits a request. Blocks for at most {@code max.block.ms} while Kafka does not keep up.
     *
     * @return completes when Kafka has stored the request, or with Kafka's exception
     */
    public CompletableFuture<Accepted> submit(Request request) {
        JobId jobId = jobId(request.line());
        return producer.send(request.line()).thenApply(it -> new Accepted(jobId, it));
    }

    /** Calls a model like {@link #call(Request, Duration)}, with the timeout of the options. */
    public CompletableFuture<Answer> call(Request request) {
        return call(request, options.timeout());
    }

    /**
     * Submits a request and awaits its result.
     *
     * <p>A request without a deadline gets the timeout as its deadline, so that no attempt starts
     * once nobody waits. A cancelled call no longer waits either; its job continues until its
     * deadline.
     *
     * @param timeout how long to wait for the result, above 0
     * @return completes with the result, which can be an error; or with {@link
     *     RejectedRequestException}, {@link java.util.concurrent.TimeoutException} or Kafka's
     *     exception. Its dependents must not block: they run on the thread that reads all replies
     */
    public CompletableFuture<Answer> call(Request request, Duration timeout) {
        ParsedLine line = request.withDeadline(clock.instant().plus(timeout)).line();
        var call = new PendingCall(jobId(line), line.parsed().accepted().endpoint());
        CompletableFuture<Answer> answer = call.answer();
        CompletableFuture<Void> ready = replies.add(call);
        replies.start();
        var unused =
                ready.thenCompose(it -> publish(line, answer))
                        .whenComplete(
                                (published, failure) -> {
                                    if (failure == null) {
                                        call.onPublished(published);
                                    } else {
                                        call.onFailed(cause(failure));
                                    }
                                });
        var unusedEnd = answer.whenComplete((result, failure) -> replies.remove(call));
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Published> publish(
            ParsedLine line, CompletableFuture<Answer> answer) {
        return answer.isDone()
                ? CompletableFuture.failedFuture(new CancellationException())
                : producer.send(line);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException
                ? Objects.requireNonNullElse(failure.getCause(), failure)
                : failure;
    }

    private JobId jobId(ParsedLine line) {
        // A request is valid, so that it has an id.
        return Objects.requireNonNull(line.jobId(options.boundTenant().orElse(null), null));
    }

    /**
     * Opens a member of a consumer group that reads results, costs or dead letters, each at least
     * once. Blocks until the cluster answers. The caller closes the consumer.
     *
     * @param group id of the group, not blank
     * @param topics what to read, at least one
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if a topic does not exist
     */
    public MillraceConsumer results(String group, OutputTopic... topics)
            throws InterruptedException {
        return MillraceConsumer.ofGroup(options.consumer(topics), group);
    }

    /**
     * Opens a reader of all results, costs or dead letters that starts at positions which the
     * caller has stored. Blocks until the cluster answers. The caller closes the consumer.
     *
     * @param positions where to continue in each partition; a partition without one is read from
     *     its first record
     * @param topics what to read, at least one
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if a topic does not exist
     */
    public MillraceConsumer results(Collection<Position> positions, OutputTopic... topics)
            throws InterruptedException {
        return MillraceConsumer.at(options.consumer(topics), positions);
    }

    /** Sends what is buffered, fails the waiting calls, and closes the connections. */
    @Override
    public void close() {
        replies.close();
        producer.close();
    }
}
