package dev.millrace.standalone.forecast;

import dev.millrace.standalone.console.Terminal;

/** Receives the forecast of each line, and prints a report. Used by one thread. */
public interface ForecastReport {
    /**
     * Creates a human-readable report.
     *
     * @param showsLines true to describe each line too
     */
    static ForecastReport text(Terminal terminal, boolean showsLines) {
        return new TextForecastReport(terminal.out(), showsLines);
    }

    /**
     * Creates a report in JSON.
     *
     * @param showsLines true to print an object for each line too
     */
    static ForecastReport json(Terminal terminal, boolean showsLines) {
        return new JsonForecastReport(terminal.out(), showsLines);
    }

    void add(LineLocation line, LineForecast forecast);

    /** Prints the end of the report; returns true if every line would be sent. */
    boolean end();
}
