/**
 * Finds the question in the body of a request, and adds passages to its prompt. Pure. Depends on
 * contracts and on the hits of the index.
 */
@NullMarked
package dev.millrace.retrieval.prompt;

import org.jspecify.annotations.NullMarked;
