/**
 * Requests and answers over HTTP: routes, callers, errors. Knows nothing of the pipeline. Depends
 * on {@code connection}, {@code cors} and {@code encoding}.
 */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
