/** What comes out: results, cost events and dead letters, with their codecs. */
@NullMarked
package dev.millrace.contracts.result;

import org.jspecify.annotations.NullMarked;
