/**
 * The usage API: answers HTTP requests under {@code /api/v1} from the database of the sink. The
 * threads of the web server run it. Depends on the database, live, pipeline, query, store and usage
 * packages and on contracts.
 */
@NullMarked
package dev.millrace.sink.api;

import org.jspecify.annotations.NullMarked;
