package dev.millrace.gateway.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of one cleanup. Skips damaged records, so that the cleanup of other records
 * continues, and logs them in one event on close. Used by one thread.
 */
public final class CleanupReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CleanupReader.class);

    /** Largest number of damaged records that the log names. */
    private static final int MAX_NAMED = 10;

    private final FileStore store;
    private final List<String> named = new ArrayList<>();
    private int skipped;

    public CleanupReader(FileStore store) {
        this.store = store;
    }

    /**
     * Reads a record; empty for a missing or damaged record.
     *
     * @param codec throws an {@link IllegalArgumentException} if the record is invalid
     */
    public <T> Optional<T> read(ObjectPath path, Function<byte[], T> codec)
            throws StorageException {
        try {
            return store.read(path, codec);
        } catch (DamagedRecordException e) {
            skip(e);
            return Optional.empty();
        }
    }

    /** Counts a damaged record. */
    public void skip(DamagedRecordException damaged) {
        skipped++;
        if (named.size() < MAX_NAMED) {
            named.add(damaged.path().text());
        }
    }

    @Override
    public void close() {
        if (skipped > 0) {
            LOG.atWarn()
                    .addKeyValue("count", skipped)
                    .addKeyValue("records", named)
                    .log("A cleanup has skipped damaged records; restore or delete them");
        }
    }
}
