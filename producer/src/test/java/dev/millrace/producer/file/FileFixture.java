package dev.millrace.producer.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Batch files in memory. */
final class FileFixture {
    static final int MAX_LINE_BYTES = 100_000;

    private FileFixture() {}

    static String request(String customId) {
        return "{\"custom_id\":\"%s\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"x\":[{\"y\":\"}, {\"}]}}"
                .formatted(customId);
    }

    /** Returns the request in several lines. */
    static String indented(String customId) {
        return "{\n  \"custom_id\": \"%s\",\n  \"url\": \"/v1/chat/completions\",\n  \"body\": {\n    \"model\": \"m\",\n    \"x\": [\n      {\"y\": \"a\"},\n      {\"y\": \"}\"}\n    ]\n  }\n}"
                .formatted(customId);
    }

    static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    static byte[] zstd(byte[] content) {
        return Zstd.compress(content);
    }

    static List<BatchLine> lines(byte[] file) throws IOException {
        var lines = new ArrayList<BatchLine>();
        try (var reader =
                BatchFileReader.open(
                        "batch.jsonl", new ByteArrayInputStream(file), MAX_LINE_BYTES)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Returns number and custom_id of each line; null for one that is malformed. */
    static List<String> ids(byte[] file) throws IOException {
        return lines(file).stream()
                .map(it -> it.number() + ":" + ParsedLine.of(it).customId())
                .toList();
    }

    static List<String> ids(String file) throws IOException {
        return ids(file.getBytes(UTF_8));
    }
}
