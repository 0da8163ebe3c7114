package dev.millrace.standalone.run;

import dev.millrace.standalone.console.Terminal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prints the summary of a run, and remembers it for the exit code. */
final class RunReport implements Consumer<Summary> {
    private final Terminal terminal;
    private final boolean json;
    private @Nullable Summary summary;

    /**
     * Creates a report to the given terminal.
     *
     * @param json true to print JSON instead of a table
     */
    RunReport(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    @Override
    public void accept(Summary result) {
        summary = result;
        if (json) {
            terminal.out().println(SummaryJson.of(result));
        } else {
            terminal.out().print(SummaryTable.of(result));
        }
        terminal.out().flush();
    }

    /** Returns true if every line has an outcome. */
    boolean isComplete() {
        return summary != null && summary.complete();
    }

    /** Returns true if the run ended because every unfinished job waits for money. */
    boolean waitsForMoney() {
        return summary != null && summary.waiting() > 0;
    }

    /** Returns true if every job succeeded. */
    boolean allSucceeded() {
        return summary != null && summary.succeeded() == summary.jobs();
    }
}
