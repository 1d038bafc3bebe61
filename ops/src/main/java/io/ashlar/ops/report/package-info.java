/**
 * What commands print, as values: each report is made from the rows that the metadata group
 * answered, and is printed either as JSON, by its component names, or as text tables. Component
 * names are what scripts rely on: they are only ever added to.
 */
@NullMarked
package io.ashlar.ops.report;

import org.jspecify.annotations.NullMarked;
