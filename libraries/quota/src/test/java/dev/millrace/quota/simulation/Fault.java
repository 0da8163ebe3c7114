package dev.millrace.quota.simulation;

/** A deliberate fault, which an invariant must find. */
enum Fault {
    NONE,
    LEASE_IS_USED_AFTER_ITS_EXPIRY,
    NEW_LEADER_DOES_NOT_READ_THE_LOG,
    OLD_LEADER_IS_OBEYED,
    MINUTE_STARTS_WITH_A_BURST,
    RELEASE_IS_LOST,
    CALL_COUNTS_FROM_ITS_TAKE,
    CALL_IS_SENT_WITHOUT_A_LEASE,
    EPOCHS_BEGIN_AGAIN
}
