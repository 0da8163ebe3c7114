package dev.millrace.router.budget.owner;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.router.budget.LeaseGrant;

/** Where the owner of the accounts sends its records. */
public interface OwnerOutputs {
    /** Sends a grant to a request partition. */
    void grant(String account, int partition, LeaseGrant grant);

    /** Publishes or deletes the state of an account. */
    void state(ControlRecord record);
}
