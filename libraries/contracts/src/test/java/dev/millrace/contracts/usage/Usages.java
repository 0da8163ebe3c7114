package dev.millrace.contracts.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** Reads usage objects that a test writes. */
final class Usages {
    private Usages() {}

    static ReportedCounts counts(String usage) {
        byte[] bytes = usage.getBytes(UTF_8);
        try (JsonParser json = JsonBytes.parser(bytes, 0, bytes.length)) {
            json.nextToken();
            return ReportedCounts.read(json);
        }
    }

    static ReportedUsage read(@Nullable Endpoint endpoint, String usage) {
        return UsageRules.ofRequest(counts(usage), endpoint);
    }
}
