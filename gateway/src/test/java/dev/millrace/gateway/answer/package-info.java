/** Tests of calls that are answered at once. */
@NullMarked
package dev.millrace.gateway.answer;

import org.jspecify.annotations.NullMarked;
