package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;

/** A command that has ended. */
public record Finished(String command, int exitCode, String out, String err) {

    /** Fails, with all that was printed, when it ended otherwise. */
    public Finished exitsWith(int expected) {
        assertThat(exitCode).as(this::toString).isEqualTo(expected);
        return this;
    }

    /** The summary of a {@code run --json}: all that stands on standard output. */
    public JsonNode summary() {
        assertThat(out.lines()).as(this::toString).hasSize(1);
        return Batch.JSON.readTree(out);
    }

    @Override
    public String toString() {
        return "%s ended with %d; it printed%n%s%n--- and to standard error%n%s"
                .formatted(command, exitCode, out, err);
    }
}
