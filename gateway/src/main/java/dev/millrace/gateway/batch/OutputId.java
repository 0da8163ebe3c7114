package dev.millrace.gateway.batch;

import dev.millrace.gateway.submission.BatchApi;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of the output or error file of a batch: a file that is not stored, but read from the
 * results of the batch.
 *
 * @param batch id of the batch
 * @param isErrors true for the file of the lines that failed
 */
record OutputId(String batch, boolean isErrors) {
    private static final Pattern ID = Pattern.compile("file-(msg)?([0-9a-f]{32})-(output|error)");

    static String output(String batch) {
        return new OutputId(batch, false).text();
    }

    static String errors(String batch) {
        return new OutputId(batch, true).text();
    }

    static Optional<OutputId> parse(String text) {
        Matcher matcher = ID.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BatchApi api = matcher.group(1) == null ? BatchApi.OPENAI : BatchApi.ANTHROPIC;
        return Optional.of(
                new OutputId(api.prefix() + matcher.group(2), matcher.group(3).equals("error")));
    }

    String text() {
        String own = batch.replaceFirst("batch_", "");
        return "file-" + own + (isErrors ? "-error" : "-output");
    }

    String filename() {
        return batch + (isErrors ? "_error.jsonl" : "_output.jsonl");
    }
}
