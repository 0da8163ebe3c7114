package dev.millrace.standalone.compatibility;

import static dev.millrace.standalone.compatibility.ExampleJobs.BATCH;
import static dev.millrace.standalone.compatibility.ExampleJobs.NOON;
import static dev.millrace.standalone.compatibility.ExampleJobs.TENANT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class ManifestFormatTest extends FormatContract<BatchManifest> {
    @Override
    String file() {
        return "manifests.txt";
    }

    @Override
    Map<String, BatchManifest> content() {
        var content = new LinkedHashMap<String, BatchManifest>();
        content.put("submission", manifest(10_000, Optional.empty()));
        content.put("retry", manifest(0, Optional.of("2026-11-19")));
        content.put("origin", withOrigin());
        return content;
    }

    private static BatchManifest withOrigin() {
        return new BatchManifest(
                TENANT,
                BATCH,
                "6a2f",
                10_000,
                NOON,
                "ada@build-7",
                Optional.empty(),
                new BatchOrigin(
                        Optional.of("tickets – ü.jsonl"),
                        Map.of("queue", "refunds"),
                        Set.of("qwen-turbo", "auto"),
                        Optional.of("3f2a")));
    }

    private static BatchManifest manifest(long lines, Optional<String> retryOf) {
        return new BatchManifest(
                TENANT, BATCH, "6a2f", lines, NOON, "ada@build-7", retryOf, BatchOrigin.UNKNOWN);
    }

    @Override
    String write(BatchManifest manifest) {
        return new String(manifest.toJson(), UTF_8);
    }

    @Override
    BatchManifest read(String text) {
        return BatchManifest.read(text.getBytes(UTF_8));
    }

    @Override
    String ofALaterVersion(String text) {
        return withLaterKey(text);
    }
}
