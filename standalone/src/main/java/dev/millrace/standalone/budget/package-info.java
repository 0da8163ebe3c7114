/**
 * {@code millrace budget} and {@code millrace costs}: what tenants, batches and keys may spend and
 * have spent. Pure, except the commands and {@link
 * dev.millrace.standalone.budget.BatchLimitWriter}, which writes to the control topic on the
 * caller's thread.
 */
@NullMarked
package dev.millrace.standalone.budget;

import org.jspecify.annotations.NullMarked;
