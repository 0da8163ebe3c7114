/**
 * Publishes, lists and searches documents for the command line. One thread. Depends on the
 * retrieval module and on clients of the pipeline.
 */
@NullMarked
package dev.millrace.standalone.documents;

import org.jspecify.annotations.NullMarked;
