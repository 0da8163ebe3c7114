package dev.millrace.producer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The example in {@code docs/libraries.md}, between the two comments. */
final class PublishExample {
    private PublishExample() {}

    static void publish(String bootstrapServers, Path file) throws IOException {
        // begin
        var settings = new ProducerSettings(Map.of("bootstrap.servers", bootstrapServers));
        try (var producer = MillraceProducer.open(settings);
                var lines = BatchFileReader.open(file, settings.maxRequestBytes())) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                producer.send(ParsedLine.of(line), "2026-11-20")
                        .exceptionally(
                                failure -> {
                                    System.err.println("not published: " + failure.getMessage());
                                    return null;
                                });
            }
            producer.flush();
        }
        // end
    }
}
