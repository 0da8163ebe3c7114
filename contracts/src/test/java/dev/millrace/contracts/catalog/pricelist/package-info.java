@NullMarked
package dev.millrace.contracts.catalog.pricelist;

import org.jspecify.annotations.NullMarked;
