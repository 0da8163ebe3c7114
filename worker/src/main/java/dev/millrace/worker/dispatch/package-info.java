/**
 * Handles calls from their announcement to the end of their jobs. {@code CallAnnouncer} chooses the
 * calls that the next transaction announces, {@code CallDispatcher} launches announced calls, and
 * {@code ReportCollector} collects their reports. {@code CompletionPolicy} decides how a job
 * continues after a report, and {@code JobCompletion} carries out the decision. Runs on the loop's
 * thread; only the mailbox is shared with the threads of calls. Depends on {@code commit}, {@code
 * schedule}, {@code limits}, {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.dispatch;

import org.jspecify.annotations.NullMarked;
