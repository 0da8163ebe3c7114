/**
 * Long documents: finds the document of a request, divides it into parts, and writes the requests
 * of the parts and of the jobs that join their answers.
 *
 * <p>Pure functions, which run on stream threads. Depends on {@code cache.key} and contracts.
 */
@NullMarked
package dev.millrace.router.document;

import org.jspecify.annotations.NullMarked;
