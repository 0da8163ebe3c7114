/**
 * How a request asks for a long document to be split.
 *
 * <p>Values only, safe on any thread. Depends on the json package only.
 */
@NullMarked
package dev.millrace.contracts.split;

import org.jspecify.annotations.NullMarked;
