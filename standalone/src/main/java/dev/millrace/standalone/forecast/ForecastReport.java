package dev.millrace.standalone.forecast;

import dev.millrace.standalone.console.Terminal;

/** Receives the forecast of each line, and prints a report. Used by one thread. */
public interface ForecastReport {
    /**
     * Creates a report for people.
     *
     * @param showsLines whether to describe each line, too
     */
    static ForecastReport text(Terminal terminal, boolean showsLines) {
        return new TextForecastReport(terminal.out(), showsLines);
    }

    /**
     * Creates a report in JSON.
     *
     * @param showsLines whether to print an object for each line, too
     */
    static ForecastReport json(Terminal terminal, boolean showsLines) {
        return new JsonForecastReport(terminal.out(), showsLines);
    }

    /** Adds the forecast of a line. */
    void add(LineLocation line, LineForecast forecast);

    /** Prints the end of the report; returns true if every line would be sent. */
    boolean end();
}
