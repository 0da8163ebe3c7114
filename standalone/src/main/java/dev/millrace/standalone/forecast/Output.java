package dev.millrace.standalone.forecast;

import dev.millrace.standalone.console.Terminal;

/**
 * What is printed.
 *
 * @param json for machines instead of people
 * @param lines also what would become of each line, when it is read
 */
public record Output(Terminal terminal, boolean json, boolean lines) {
    /** One that prints it. */
    public Report report() {
        return json ? new JsonReport(this) : new TextReport(this);
    }
}
