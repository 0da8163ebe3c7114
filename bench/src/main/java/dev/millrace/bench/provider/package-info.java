/**
 * A provider that answers every call with the same chat completion: as little work as possible, so
 * that it is not what is measured. One virtual thread for each connection.
 */
@NullMarked
package dev.millrace.bench.provider;

import org.jspecify.annotations.NullMarked;
