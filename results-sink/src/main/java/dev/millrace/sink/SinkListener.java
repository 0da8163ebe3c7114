package dev.millrace.sink;

import java.util.List;

/** Receives the stored outcomes, to show live progress. */
@FunctionalInterface
public interface SinkListener {

    /** Ignores all outcomes. */
    SinkListener NONE = outcomes -> {};

    /**
     * Called on the sink's thread after each database commit. Must return quickly and not throw.
     *
     * @param outcomes 1 to about 1,000 outcomes, in offset order within each partition
     */
    void onStored(List<StoredOutcome> outcomes);
}
