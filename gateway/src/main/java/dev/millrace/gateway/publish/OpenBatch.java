package dev.millrace.gateway.publish;

import dev.millrace.gateway.publish.input.InputCheck;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The batch that is being checked or published, with its open lines. Used by one thread. */
final class OpenBatch implements AutoCloseable {
    private final LineSource lines;
    private final @Nullable InputCheck check;
    private OwnedBatch owned;

    /**
     * @param lines all lines of the batch, published or not; closed with the batch
     * @param check checks the lines before any is published; null if they are checked
     */
    OpenBatch(OwnedBatch owned, LineSource lines, @Nullable InputCheck check) {
        this.owned = owned;
        this.lines = lines;
        this.check = check;
    }

    /** Returns the batch with the progress of the last committed transaction. */
    OwnedBatch owned() {
        return owned;
    }

    LineSource lines() {
        return lines;
    }

    /** Returns the check of the lines; null if they are checked. */
    @Nullable InputCheck check() {
        return check;
    }

    void onCommitted(Progress progress) {
        owned = owned.with(progress);
    }

    /** Returns the next line that no committed transaction has published; null at the end. */
    @Nullable BatchLine nextLine() throws IOException {
        BatchLine line = lines.next();
        while (line != null && line.number() <= owned.progress().line()) {
            line = lines.next();
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
