package dev.millrace.sink;

import java.util.List;

/** Is told what the sink has stored, for progress that is shown while it happens. */
@FunctionalInterface
public interface SinkListener {

    /** Listens to nothing. */
    SinkListener NONE = outcomes -> {};

    /**
     * Called on the sink's thread after each database commit: come back soon, throw nothing.
     *
     * @param outcomes in the order of each partition; at most about 1,000, at least one
     */
    void onStored(List<StoredOutcome> outcomes);
}
