/**
 * Whether a new model is worse than the others: sliding windows of what became of jobs, and by what
 * numbers a guard is breached. Pure: windows of outcomes in, a breach out.
 *
 * <p>A window belongs to one stream thread, that of the rule's task. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router.watch.guard;

import org.jspecify.annotations.NullMarked;
