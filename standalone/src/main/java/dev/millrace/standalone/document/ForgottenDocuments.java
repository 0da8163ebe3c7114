package dev.millrace.standalone.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.standalone.client.TopicEndReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the documents of a tenant from their topic, and their vectors, including the vectors of
 * formerly configured models. Every index that follows the topics deletes them too. Documents added
 * during the deletion can lose their vectors.
 *
 * @param nanoTicker ticker for the timeout
 */
public record ForgottenDocuments(DocumentTopic topic, LongSupplier nanoTicker) {
    /**
     * Deletes the documents and vectors. Repeating an interrupted deletion completes it.
     *
     * @return number of deleted documents
     */
    public int delete(String tenant) {
        String documents = topic.client().topics().documents();
        String vectors = topic.client().topics().vectors();
        var stored = present(documents, it -> belongsTo(tenant, Optional.ofNullable(it)));
        var embedded =
                present(
                        vectors,
                        it ->
                                belongsTo(
                                        tenant,
                                        Optional.ofNullable(it).flatMap(VectorCodec::document)));
        try (DocumentTopic.Writer writer = topic.writer(topic.config().documentPartitions())) {
            // First, so that a running service does not miss vectors of a document.
            stored.forEach((key, at) -> writer.delete(at, key.getBytes(ISO_8859_1)));
            embedded.forEach((key, at) -> writer.delete(at, key.getBytes(ISO_8859_1)));
        }
        return stored.size();
    }

    private static boolean belongsTo(String tenant, Optional<byte[]> document) {
        return document.flatMap(DocumentKey::parse)
                .filter(it -> it.in().tenant().equals(tenant))
                .isPresent();
    }

    /** Returns the selected keys that have a value; none if there is no such topic. */
    private Map<String, TopicPartition> present(
            String name, Function<byte @Nullable [], Boolean> selected) {
        var keys = new HashMap<String, TopicPartition>();
        return topic.client()
                .call(
                        () -> {
                            try (var consumer = topic.client().consumer("earliest")) {
                                var reader = new TopicEndReader(consumer, nanoTicker);
                                List<TopicPartition> partitions = reader.partitions(name);
                                consumer.assign(partitions);
                                consumer.seekToBeginning(partitions);
                                reader.read(
                                        partitions,
                                        it -> {
                                            if (selected.apply(it.key())) {
                                                onRecord(it, keys);
                                            }
                                        });
                            }
                            return keys;
                        });
    }

    private static void onRecord(
            ConsumerRecord<byte[], byte[]> entry, Map<String, TopicPartition> keys) {
        String key = new String(entry.key(), ISO_8859_1);
        if (entry.value() == null) {
            keys.remove(key);
        } else {
            keys.put(key, new TopicPartition(entry.topic(), entry.partition()));
        }
    }
}
