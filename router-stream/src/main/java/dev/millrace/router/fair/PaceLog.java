package dev.millrace.router.fair;

/** Takes down what changes in a {@link FairPace}: the port to its store. */
interface PaceLog {
    /** A tenant has another mark. */
    void onMark(String model, String tenant, Mark mark);

    /** A tenant is no longer ahead. */
    void onLevel(String model, String tenant);

    /** The virtual time of a model; 0 when nobody is ahead. */
    void onTime(String model, double virtualTime);

    /** Stores what has changed. */
    void flush();
}
