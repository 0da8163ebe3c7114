/** What Millrace adds to a record on its way: names and codecs of the millrace-… headers. */
@NullMarked
package dev.millrace.contracts.header;

import org.jspecify.annotations.NullMarked;
