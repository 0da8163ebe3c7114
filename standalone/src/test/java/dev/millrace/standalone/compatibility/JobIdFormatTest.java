package dev.millrace.standalone.compatibility;

import dev.millrace.contracts.job.JobId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Repeats are found by their job id, so its computation must not change. */
class JobIdFormatTest extends FormatContract<JobId> {
    @Override
    String file() {
        return "job-ids.txt";
    }

    @Override
    Map<String, JobId> content() {
        var content = new LinkedHashMap<String, JobId>();
        for (var name :
                List.of(
                        List.of("default", "default", "1"),
                        List.of("acme", "2026-11-20", "ticket-17"),
                        List.of("ü", "a/b", "日本"))) {
            content.put(String.join(" | ", name), JobId.of(name.get(0), name.get(1), name.get(2)));
        }
        return content;
    }

    @Override
    String write(JobId content) {
        return content.value();
    }

    @Override
    JobId read(String text) {
        return new JobId(text);
    }

    @Override
    String ofALaterVersion(String text) {
        return text;
    }
}
