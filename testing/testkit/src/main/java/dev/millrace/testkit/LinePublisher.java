package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Publishes batch lines, and waits until Kafka has them. */
final class LinePublisher {
    private LinePublisher() {}

    static MillraceProducer producer(String bootstrapServers, TopicsConfig topics) {
        return MillraceProducer.open(
                new ProducerSettings(
                        Map.of("bootstrap.servers", bootstrapServers),
                        new Topics(topics.prefix()).requests(),
                        topics.prefix(),
                        topics.maxRequestBytes(),
                        null));
    }

    /** Publishes the lines of a batch file; returns their number. */
    static int publish(
            String bootstrapServers, TopicsConfig topics, String batch, String batchFile) {
        var published = new ArrayList<CompletableFuture<?>>();
        try (var producer = producer(bootstrapServers, topics);
                var lines =
                        new BatchFileReader(
                                new ByteArrayInputStream(batchFile.getBytes(UTF_8)),
                                topics.maxRequestBytes())) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                published.add(producer.send(ParsedLine.of(line), batch));
            }
            producer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        published.forEach(CompletableFuture::join);
        return published.size();
    }
}
