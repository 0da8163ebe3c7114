package com.example.tickets;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.producer.Published;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Publishes the lines of a batch file. */
public final class QuestionPublisher {
    private final ProducerSettings settings;

    public QuestionPublisher(String bootstrapServers) {
        settings = new ProducerSettings(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Returns the number of lines, once Kafka has them all. */
    public int publish(Path file, String batch) throws IOException {
        var published = new ArrayList<CompletableFuture<Published>>();
        try (var producer = MillraceProducer.open(settings);
                var lines = BatchFileReader.open(file, settings.maxRequestBytes())) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                published.add(producer.send(ParsedLine.of(line), batch));
            }
            producer.flush();
        }
        published.forEach(CompletableFuture::join);
        return published.size();
    }
}
