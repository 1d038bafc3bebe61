/**
 * The heart of the metadata group, without any I/O: plans commands into events against the tables,
 * applies events to the tables, answers queries. Pure: no Ratis, RocksDB, network, threads, clocks
 * or randomness. {@link io.ashlar.metadata.catalog.Catalog} is all of it in one process.
 */
@NullMarked
package io.ashlar.metadata.catalog;

import org.jspecify.annotations.NullMarked;
