/**
 * A job as it arrives: its identity, its endpoint and the parsed view over its bytes. Pure values.
 */
@NullMarked
package dev.millrace.contracts.job;

import org.jspecify.annotations.NullMarked;
