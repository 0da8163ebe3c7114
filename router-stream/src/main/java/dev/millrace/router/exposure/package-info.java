/**
 * How many unfinished jobs a guarded arm may have, so that a guard that is breached comes before
 * the damage. Belongs to the stream thread of a partition; pure but for the store.
 */
@NullMarked
package dev.millrace.router.exposure;

import org.jspecify.annotations.NullMarked;
