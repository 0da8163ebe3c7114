/** Tests of the stored backlogs and their rates. */
@NullMarked
package dev.millrace.bench.store;

import org.jspecify.annotations.NullMarked;
