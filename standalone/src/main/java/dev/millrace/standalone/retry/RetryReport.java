package dev.millrace.standalone.retry;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.results.BatchKey;
import dev.millrace.standalone.retry.FailedLines.Found;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The lines published by {@code millrace retry}.
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
        lines.add(summary());
        if (missing() > 0) {
            lines.add(
                    count(missing()) + " failed jobs are not in the files; name their files, too");
        }
        if (found.unfinished() > 0) {
            lines.add(
                    count(found.unfinished())
                            + " lines have no result in batch "
                            + batch.batch()
                            + " and are left out, since they may be running");
        }
        if (found.deadLetters() > 0) {
            lines.add(
                    count(found.deadLetters())
                            + " of them have the line number of a dead letter; once no job of the"
                            + " batch is running, --corrected publishes them");
        }
        return lines;
    }

    private String summary() {
        var text = new StringBuilder(count(found.failed())).append(" failed jobs");
        if (found.corrected() > 0) {
            text.append(" and ").append(count(found.corrected())).append(" corrected lines");
        }
        text.append(" found, ");
        if (found.retried() > 0) {
            text.append(count(found.retried())).append(" already have a result in ");
            text.append(retryName).append(", ");
        }
        if (found.toPublish() == 0) {
            return text.append("nothing to publish").toString();
        }
        text.append(count(found.toPublish())).append(isDryRun ? " to publish" : " published");
        return text.append(" as ").append(retryName).toString();
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
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
        json.put("unfinished_dead_letters", found.deadLetters());
        return new String(JsonFields.bytes(json), StandardCharsets.UTF_8);
    }
}
