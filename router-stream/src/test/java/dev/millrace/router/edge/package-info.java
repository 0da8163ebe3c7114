/** Tests of the times and partitions of records. */
@NullMarked
package dev.millrace.router.edge;

import org.jspecify.annotations.NullMarked;
