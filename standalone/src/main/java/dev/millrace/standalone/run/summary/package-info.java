/** The summary of a run: counting, and printing as a table or as JSON. Runs on the main thread. */
@NullMarked
package dev.millrace.standalone.run.summary;

import org.jspecify.annotations.NullMarked;
