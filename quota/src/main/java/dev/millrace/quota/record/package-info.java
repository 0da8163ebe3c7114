/**
 * The records of the quota topic and their encoding. Immutable data. Depends on nothing of
 * Millrace.
 */
@NullMarked
package dev.millrace.quota.record;

import org.jspecify.annotations.NullMarked;
