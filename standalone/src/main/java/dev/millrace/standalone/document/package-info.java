/**
 * {@code millrace documents}: publishes, lists and searches documents. One thread. Depends on the
 * retrieval module and on clients of the pipeline.
 */
@NullMarked
package dev.millrace.standalone.document;

import org.jspecify.annotations.NullMarked;
