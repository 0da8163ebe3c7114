package dev.millrace.contracts.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchManifestTest {
    private static final String JSON =
            "{\"tenant\":\"acme\",\"batch\":\"b\",\"submission\":\"s\",\"lines\":%s,"
                    + "\"submitted_at\":\"2026-11-20T12:00:00Z\",\"submitted_by\":\"ada@host\"}";

    @Test
    void readsWhatItHasWritten() {
        var manifest =
                new BatchManifest(
                        "acme",
                        "b",
                        "/data/b.jsonl",
                        10_000_000_000L,
                        Instant.parse("2026-11-20T12:00:00.125Z"),
                        "ada@host",
                        Optional.of("a"),
                        new BatchOrigin(
                                Optional.of("tickets ö \"1\".jsonl"),
                                Map.of("queue", "refunds"),
                                Set.of("qwen-turbo", "auto"),
                                Optional.of("key-1")));

        assertThat(BatchManifest.read(manifest.toJson())).isEqualTo(manifest);
    }

    @Test
    void needsNoOrigin() {
        assertThat(BatchManifest.read(JSON.formatted("7").getBytes(UTF_8)).origin())
                .isEqualTo(BatchOrigin.UNKNOWN);
    }

    @Test
    void tooManyModelsCountAsUnknown() {
        var models =
                IntStream.rangeClosed(0, BatchOrigin.MAX_MODELS)
                        .mapToObj(it -> "m" + it)
                        .collect(Collectors.toSet());

        assertThat(new BatchOrigin(Optional.empty(), Map.of(), models, Optional.empty()))
                .isEqualTo(BatchOrigin.UNKNOWN);
    }

    @Test
    void needsNoBatchThatItRepeats() {
        assertThat(BatchManifest.read(JSON.formatted("7").getBytes(UTF_8)).retryOf()).isEmpty();
    }

    @Test
    void hasAtMostATrillionLines() {
        assertThat(BatchManifest.read(JSON.formatted("1000000000000").getBytes(UTF_8)).lines())
                .isEqualTo(1_000_000_000_000L);
        assertThatThrownBy(
                        () -> BatchManifest.read(JSON.formatted("1000000000001").getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a manifest must have 0 to 1,000,000,000,000 lines");
    }

    @Test
    void wrongValueIsNamed() {
        assertThatThrownBy(() -> BatchManifest.read(JSON.formatted("-1").getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a manifest must have a whole number from 0 as lines");
        assertThatThrownBy(
                        () ->
                                BatchManifest.read(
                                        JSON.formatted("1").replace("acme", "").getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a manifest must have a valid tenant");
    }
}
