/**
 * Estimates which waiting jobs will miss their deadlines, and how long the oldest job has waited.
 * Reads only the cluster, so the estimates also exist while no worker runs. The offsets and ledgers
 * of the workers' group give the length of each queue and the rate at which it shrinks; a sample of
 * the waiting records gives deadlines.
 *
 * <p>Belongs to the thread that reads the backlog. Depends on {@code control}, the worker's ledger
 * and contracts.
 */
@NullMarked
package dev.millrace.standalone.lateness;

import org.jspecify.annotations.NullMarked;
