/**
 * Sends jobs that get passages of documents to the retrieval service, and reads them when they come
 * back.
 *
 * <p>Pure, except for the header maps. Depends on the messages and records of the router, and on
 * contracts.
 */
@NullMarked
package dev.millrace.router.retrieval;

import org.jspecify.annotations.NullMarked;
