package dev.millrace.standalone.run;

import dev.millrace.standalone.console.Terminal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prints the summary of a run and remembers how it ended. */
public final class RunReport implements Consumer<Summary> {
    private final Terminal terminal;
    private final boolean json;
    private @Nullable Summary summary;

    /**
     * @param json whether a machine reads it
     */
    public RunReport(Terminal terminal, boolean json) {
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

    /** Whether every line has its outcome. */
    public boolean isComplete() {
        return summary != null && summary.complete();
    }

    /** Whether every line has a good answer. */
    public boolean allSucceeded() {
        return summary != null && summary.succeeded() == summary.jobs();
    }
}
