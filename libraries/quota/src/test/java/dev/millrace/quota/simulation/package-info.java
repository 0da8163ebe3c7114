/**
 * Random histories of several sessions that share a limit, with invariants and deliberate faults.
 */
@NullMarked
package dev.millrace.quota.simulation;

import org.jspecify.annotations.NullMarked;
