package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;

/** The exit code and the output of a finished command. */
public record Finished(String command, int exitCode, String out, String err) {

    /** Asserts the exit code; a failure shows all output. */
    public Finished exitsWith(int expected) {
        assertThat(exitCode).as(this::toString).isEqualTo(expected);
        return this;
    }

    /** Returns the summary that {@code run --json} prints as the only line of standard output. */
    public JsonNode summary() {
        assertThat(out.lines()).as(this::toString).hasSize(1);
        return Batch.JSON.readTree(out);
    }

    @Override
    public String toString() {
        return "%s ended with exit code %d%n--- standard output%n%s%n--- standard error%n%s"
                .formatted(command, exitCode, out, err);
    }
}
