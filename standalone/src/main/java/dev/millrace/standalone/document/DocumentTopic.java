package dev.millrace.standalone.document;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.retrieval.CatalogEmbeddings;
import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.follow.DocumentLog;
import dev.millrace.retrieval.kafka.KafkaDocumentLog;
import dev.millrace.retrieval.kafka.RetrievalClients;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.UserError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic of documents of a running pipeline.
 *
 * @param config names and sizes of the pipeline's topics
 */
public record DocumentTopic(PipelineClient client, TopicsConfig config) {
    private static final int CONNECT_MILLIS = 20_000;
    private static final int ENVELOPE_BYTES = 16 << 10;
    private static final Duration POLL_WAIT = Duration.ofMillis(200);

    /** Writes documents, each durable when the call returns. */
    public final class Writer implements AutoCloseable {
        private final Producer<byte[], byte @Nullable []> producer;
        private final KeyPartitions partitions;

        private Writer(KeyPartitions partitions) {
            this.partitions = partitions;
            var properties = KafkaClient.PRODUCER.properties(client.kafka().properties());
            properties.put(ProducerConfig.ACKS_CONFIG, "all");
            properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CONNECT_MILLIS);
            properties.put(
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    config.maxRequestBytes() + ENVELOPE_BYTES);
            producer =
                    new KafkaProducer<>(
                            properties, new ByteArraySerializer(), new ByteArraySerializer());
        }

        /**
         * Adds or replaces a document.
         *
         * @return why it is too large; empty if it was added
         */
        public Optional<String> put(DocumentKey key, StoredDocument document) {
            byte[] value = DocumentCodec.toJson(document);
            if (value.length > config.maxRequestBytes()) {
                return Optional.of(
                        "has %,d bytes of text, more than topics.max_request_bytes = %,d; divide it"
                                .formatted(value.length, config.maxRequestBytes()));
            }
            send(key, value);
            return Optional.empty();
        }

        /** Deletes a document, if there is one. */
        public void delete(DocumentKey key) {
            send(key, null);
        }

        /** Deletes the records of a key from a partition of documents or vectors. */
        void delete(TopicPartition at, byte[] key) {
            send(new ProducerRecord<>(at.topic(), at.partition(), key, null));
        }

        private void send(DocumentKey key, byte @Nullable [] value) {
            String topic = client.topics().documents();
            int partition = partitions.of(key.bytes(), count(topic));
            send(new ProducerRecord<>(topic, partition, key.bytes(), value));
        }

        private int count(String topic) {
            try {
                return producer.partitionsFor(topic).size();
            } catch (KafkaException e) {
                throw failure(e.getCause() == null ? e : e.getCause());
            }
        }

        private void send(ProducerRecord<byte[], byte @Nullable []> sent) {
            try {
                var _ = producer.send(sent).get();
            } catch (ExecutionException e) {
                throw failure(e.getCause() == null ? e : e.getCause());
            } catch (KafkaException e) {
                throw failure(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw UserError.failure("interrupted");
            }
        }

        private UserError failure(Throwable failure) {
            return failure instanceof UnknownTopicOrPartitionException
                    ? missingTopic()
                    : UserError.failure(
                            "The cluster %s rejected the document: %s"
                                    .formatted(
                                            client.kafka().bootstrapServers(),
                                            failure instanceof KafkaException kafka
                                                    ? KafkaFailure.describe(kafka)
                                                    : failure.getMessage()));
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    private UserError missingTopic() {
        return UserError.failure(
                "There is no topic %s on %s. Check --prefix, or create the topics with \"millrace topics apply\""
                        .formatted(client.topics().documents(), client.kafka().bootstrapServers()));
    }

    /**
     * Returns a writer, which the caller closes.
     *
     * @param partitions selects the partitions of documents
     */
    public Writer writer(KeyPartitions partitions) {
        return new Writer(partitions);
    }

    /**
     * Returns the embeddings of the model that the configuration names.
     *
     * @return empty if the process computes them
     */
    public Optional<CatalogEmbeddings> embeddings(
            MillraceConfig of, InstantSource clock, LongSupplier nanoTicker) {
        return of.retrieval()
                .model()
                .map(
                        it ->
                                new CatalogEmbeddings(
                                        new RetrievalClients(client.kafka(), config, "command"),
                                        it,
                                        new CatalogEmbeddings.Settings(
                                                of,
                                                new SimpleMeterRegistry(),
                                                clock,
                                                nanoTicker,
                                                new SplittableRandom())));
    }

    /** Opens the topic for reading. The caller closes it. */
    public DocumentLog open() {
        return client.call(
                () -> {
                    try {
                        return KafkaDocumentLog.open(
                                new RetrievalClients(client.kafka(), config, "command"));
                    } catch (UnknownTopicOrPartitionException _) {
                        throw missingTopic();
                    }
                });
    }

    /**
     * Reads all records that the topic has now.
     *
     * @param onRecord gets the key, and the document or null for a deletion
     */
    public void readAll(BiConsumer<DocumentKey, @Nullable StoredDocument> onRecord) {
        try (DocumentLog log = open()) {
            log.seek(Map.of());
            Map<Integer, Long> ends = log.ends();
            while (!isAt(ends, log.positions())) {
                log.poll(POLL_WAIT).forEach(it -> read(it, onRecord));
            }
        }
    }

    static boolean isAt(Map<Integer, Long> ends, Map<Integer, Long> positions) {
        return ends.entrySet().stream()
                .allMatch(it -> positions.getOrDefault(it.getKey(), 0L) >= it.getValue());
    }

    private static void read(
            DocumentRecord entry, BiConsumer<DocumentKey, @Nullable StoredDocument> onRecord) {
        Optional<DocumentKey> key = DocumentKey.parse(entry.key());
        if (key.isEmpty()) {
            return;
        }
        if (entry.value() == null) {
            onRecord.accept(key.get(), null);
            return;
        }
        try {
            onRecord.accept(key.get(), DocumentCodec.parse(entry.value()));
        } catch (IllegalArgumentException _) {
            // Not a document; a retrieval service also skips it.
        }
    }
}
