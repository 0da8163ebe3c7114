/** Tests of the threads of the retrieval service. */
@NullMarked
package dev.millrace.retrieval.background;

import org.jspecify.annotations.NullMarked;
