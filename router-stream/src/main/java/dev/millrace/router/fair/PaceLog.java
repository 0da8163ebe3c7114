package dev.millrace.router.fair;

/** Records the changes of a {@link FairLaneAssigner}: the port to its store. */
interface PaceLog {
    /** Keeps nothing. */
    PaceLog NONE =
            new PaceLog() {
                @Override
                public void onTag(String model, String tenant, FinishTag tag) {}

                @Override
                public void onTagRemoved(String model, String tenant) {}

                @Override
                public void onTime(String model, double virtualTime) {}

                @Override
                public void flush() {}
            };

    /** A tenant got a new finish tag. */
    void onTag(String model, String tenant, FinishTag tag);

    /** A tenant is no longer ahead. */
    void onTagRemoved(String model, String tenant);

    /** The virtual time of a model changed; it is 0 when no tenant is ahead. */
    void onTime(String model, double virtualTime);

    /** Stores all changes since the last flush. */
    void flush();
}
