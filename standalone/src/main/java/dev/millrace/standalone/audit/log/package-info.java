/**
 * Reads usage logs of several formats: the model, the tokens, the cost and the time of each
 * request.
 *
 * <pre>
 * LogReader ─┬─ JsonLineReader   a value in each line
 *            ├─ JsonValueReader  values over several lines, lists
 *            └─ TableReader      rows with a header (RowReader)
 *      │ LogEntry, one at a time
 *      ▼
 * LogLineParser ──► EntryReader ──► LoggedUsage     counts, by the table of contracts.usage
 * recognizes the    reads the       LogTime         times
 * format            fields          NumberText      numbers and money
 * </pre>
 *
 * <p>Holds one entry in memory. Used by one thread.
 */
@NullMarked
package dev.millrace.standalone.audit.log;

import org.jspecify.annotations.NullMarked;
