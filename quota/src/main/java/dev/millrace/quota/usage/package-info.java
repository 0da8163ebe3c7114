/**
 * The use of a shared limit as an observer sees it. Pure state with the time as an argument.
 * Depends on the records only.
 */
@NullMarked
package dev.millrace.quota.usage;

import org.jspecify.annotations.NullMarked;
