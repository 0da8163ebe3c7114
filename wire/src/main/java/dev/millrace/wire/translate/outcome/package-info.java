/** What a translation takes and gives. Pure values. Depends on nothing of ours. */
@NullMarked
package dev.millrace.wire.translate.outcome;

import org.jspecify.annotations.NullMarked;
