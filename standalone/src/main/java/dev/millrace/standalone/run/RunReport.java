package dev.millrace.standalone.run;

import java.io.PrintStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prints the summary of a run, and remembers it for the exit code. */
final class RunReport implements Consumer<Summary> {
    private final PrintStream out;
    private final boolean json;
    private @Nullable Summary summary;

    /**
     * Creates a report to the given stream.
     *
     * @param json true to print JSON instead of a table
     */
    RunReport(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    @Override
    public void accept(Summary result) {
        summary = result;
        if (json) {
            out.println(SummaryJson.of(result));
        } else {
            out.print(SummaryTable.of(result));
        }
        out.flush();
    }

    /** Returns true if every line has an outcome. */
    boolean isComplete() {
        return summary != null && summary.end().complete();
    }

    /** Returns true if the run ended because every unfinished job waits for money. */
    boolean waitsForMoney() {
        return summary != null && summary.end().waiting() > 0;
    }

    /** Returns true if every job succeeded. */
    boolean allSucceeded() {
        return summary != null && summary.counts().succeeded() == summary.counts().jobs();
    }
}
