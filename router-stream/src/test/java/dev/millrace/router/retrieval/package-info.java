/** Tests of the way of jobs to the retrieval service and back. */
@NullMarked
package dev.millrace.router.retrieval;

import org.jspecify.annotations.NullMarked;
