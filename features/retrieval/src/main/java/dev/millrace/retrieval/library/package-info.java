/**
 * The indexes of all collections in one folder of one process, with the position in the topic of
 * documents up to which they are complete. One thread changes them; searches run on any thread.
 * Depends on the index package and on the records of documents.
 */
@NullMarked
package dev.millrace.retrieval.library;

import org.jspecify.annotations.NullMarked;
