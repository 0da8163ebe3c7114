/** Tests of the status of stored batches and of the search for failed jobs. */
@NullMarked
package dev.millrace.standalone.batch;

import org.jspecify.annotations.NullMarked;
