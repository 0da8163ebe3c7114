package dev.millrace.standalone.joint;

/** A fault that is planted between the services and the cluster. */
enum Fault {
    NONE(0),
    /** A paused router commits after its successor has started. */
    ROUTER_NOT_FENCED(19),
    /** A router writes its records without the offsets that it has read. */
    ROUTER_OFFSETS_FORGOTTEN(0),
    /** A new router finds empty stores. */
    ROUTER_STATE_LOST(3),
    /** A new router settles the cost events again that its predecessor has settled. */
    SETTLED_TWICE(1),
    /** Two results of a transaction have each other's answers. */
    ANSWERS_SWAPPED(10),
    /** The offsets in the database are ahead of the rows when a sink is killed. */
    SINK_OFFSET_AHEAD(10),
    /** A worker's aborted records are read like committed ones. */
    ABORTED_RECORDS_READ(1);

    private final long seed;

    Fault(long seed) {
        this.seed = seed;
    }

    /** Returns the first seed whose history finds the fault. */
    long seed() {
        return seed;
    }
}
