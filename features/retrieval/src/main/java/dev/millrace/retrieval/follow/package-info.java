/** Reads the topic of documents into the library, on a dedicated thread. Depends on the library. */
@NullMarked
package dev.millrace.retrieval.follow;

import org.jspecify.annotations.NullMarked;
