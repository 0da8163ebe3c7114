package dev.millrace.standalone.cli.results;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.sink.store.BatchKey;
import dev.millrace.standalone.batch.FailedLines.Found;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code millrace retry} has published.
 *
 * @param failed number of failed jobs in the database
 * @param isDryRun true if nothing was published
 */
record RetryReport(BatchKey batch, String retryName, Found found, long failed, boolean isDryRun) {

    /** Returns the number of failed jobs that are not in the files. */
    long missing() {
        return Math.max(0, failed - found.failed());
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(found.toPublish() == 0 ? nothing() : published());
        if (found.retried() > 0) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%,d of them already have a result in %s",
                            found.retried(),
                            retryName));
        }
        if (missing() > 0) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%,d failed jobs are not in the files; name their files, too",
                            missing()));
        }
        if (found.unfinished() > 0) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%,d lines have no outcome in batch %s and are left out",
                            found.unfinished(),
                            batch.batch()));
        }
        return lines;
    }

    private String nothing() {
        return String.format(
                Locale.ROOT,
                "Nothing to publish: batch %s has %,d failed jobs",
                batch.batch(),
                failed);
    }

    private String published() {
        return String.format(
                Locale.ROOT,
                "%s %,d jobs of batch %s as batch %s: %,d that failed, %,d corrected lines",
                isDryRun ? "Would publish" : "Published",
                found.toPublish(),
                batch.batch(),
                retryName,
                found.failed(),
                found.corrected());
    }

    String toJson() {
        var json = JsonFields.object();
        json.put("tenant", batch.tenant());
        json.put("batch", retryName);
        json.put("retry_of", batch.batch());
        json.put("published", isDryRun ? 0 : found.toPublish());
        json.put("failed", failed);
        json.put("found", found.failed());
        json.put("corrected", found.corrected());
        json.put("already_retried", found.retried());
        json.put("not_in_files", missing());
        json.put("unfinished", found.unfinished());
        return new String(JsonFields.bytes(json), StandardCharsets.UTF_8);
    }
}
