package dev.millrace.gateway.publish.input;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The lines of a batch, in ascending order of their numbers. Used by one thread. */
public interface LineSource extends AutoCloseable {
    /**
     * Returns the next line that is not blank; null at the end.
     *
     * @throws ResultsDeletedException if a retry does not know which lines have failed
     * @throws IOException if the file or the results cannot be read now
     */
    @Nullable BatchLine next() throws IOException;

    /**
     * Confirms that the lines returned so far may be published. Called before they are published.
     *
     * @throws ResultsDeletedException if some of the lines have possibly succeeded already
     * @throws IOException if this cannot be checked now
     */
    default void confirm() throws IOException {}

    /** Returns all lines of a file; the reader is closed with them. */
    static LineSource of(BatchFileReader reader) {
        return new LineSource() {
            @Override
            public @Nullable BatchLine next() throws IOException {
                return reader.next();
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    @Override
    void close() throws IOException;
}
