/** Tests of the requests that shipped providers get. */
@NullMarked
package dev.millrace.worker.provider;

import org.jspecify.annotations.NullMarked;
