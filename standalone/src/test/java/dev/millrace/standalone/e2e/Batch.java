package dev.millrace.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the tests look at it: files of lines, input or output, and single values. */
public final class Batch {
    /** Money is compared to its last digit. */
    public static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Batch() {}

    /** All lines of a file, each of which must be JSON. */
    public static List<JsonNode> read(Path file) {
        try {
            return Files.readAllLines(file).stream().map(JSON::readTree).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<String> customIds(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("custom_id").asString()).toList();
    }

    /** The sum of what a list of results cost. */
    public static BigDecimal costUsd(List<JsonNode> results) {
        return results.stream()
                .map(result -> result.path("millrace").path("cost_usd").decimalValue())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
